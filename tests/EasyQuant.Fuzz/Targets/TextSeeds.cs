using FsCheck;
using FsCheck.Fluent;

namespace EasyQuant.Fuzz.Targets;

/// <summary>Text files as users write them, in every form that is understood.</summary>
internal static class TextSeeds
{
    private static readonly Gen<string> s_numbers = Gen.Frequency(
        (20, Gen.Choose(0, 300).Select(i => $"{i}")), (2, Gen.Elements("0.5", "-1", "1e-3", "16384", "16385", "1e308")), (1, Gen.Elements("null", "\"1\"", "true", "[]", "{}", "1e400", "-0")));

    private static readonly Gen<string> s_channels = from count in Gen.Frequency((8, Gen.Elements(1, 3)), (1, Gen.Choose(0, 5)))
                                                     from numbers in Gen.ListOf(s_numbers, count)
                                                     select string.Join(", ", numbers);

    private static readonly Gen<string> s_layers = from name in Gen.Elements("^conv1$", "^head", "", "(", "(a+)+$", "\\\\d{1,99999}", "[z-a]", ".*")
                                                   from weightBits in s_numbers
                                                   from activationBits in s_numbers
                                                   from isFloat in Gen.Elements("true", "false", "null", "1")
                                                   select $"{{ \"name\": \"{name}\", \"weightBits\": {weightBits}, \"activationBits\": {activationBits}, \"float\": {isFloat} }}";

    /// <summary>How pictures are prepared.</summary>
    public static Gen<string> Preprocess { get; } =
        from color in Gen.Elements("RGB", "BGR", "GRAY", "auto")
        from scale in s_numbers
        from mean in s_channels
        from std in s_channels
        from width in s_numbers
        from height in s_numbers
        from resize in Gen.Elements(
            $"{{\"mode\": \"shortSide\", \"size\": {width}}}",
            $"{{\"mode\": \"exact\", \"width\": {width}, \"height\": {height}}}",
            $"{{\"mode\": \"letterbox\", \"width\": {width}, \"height\": {height}, \"pad\": 114, \"anchor\": \"topLeft\"}}",
            "{\"mode\": \"none\"}")
        from crop in Gen.Elements("center", "none")
        from interpolation in Gen.Elements("bilinear", "bicubic", "nearest")
        select $"{{\"color\": \"{color}\", \"scale\": {scale}, \"mean\": [{mean}], \"std\": [{std}], \"resize\": {resize}, \"crop\": \"{crop}\", \"interpolation\": \"{interpolation}\"}}";

    /// <summary>Wishes for single layers.</summary>
    public static Gen<string> Layers { get; } =
        from layers in Gen.ListOf(Gen.Frequency((8, s_layers), (1, Gen.Constant("null"))))
        from list in Gen.Frequency((8, Gen.Constant($"[ {string.Join(", ", layers)} ]")), (1, Gen.Constant("null")))
        select $"{{ \"layers\": {list} }}";

    /// <summary>Classes of pictures.</summary>
    public static Gen<string> Labels { get; } =
        from header in Gen.Elements("file,label", "label,file", "file,label,name", "\"file\",\"label\"", "File;Label")
        from rows in Gen.ListOf(
            from file in Gen.Elements("a.jpg", "b/c.png", "\"d, e.jpg\"", "../f.jpg", "/g.jpg", "")
            from label in s_numbers
            select $"{file},{label}")
        select string.Join("\r\n", rows.Prepend(header));

    /// <summary>Objects in pictures.</summary>
    public static Gen<string> Boxes { get; } =
        from header in Gen.Elements("file,class,x,y,w,h", "file,class80,x,y,w,h,iscrowd", "x,y,w,h,class,file", "file,x")
        from rows in Gen.ListOf(
            from numbers in Gen.ListOf(s_numbers, 5)
            select $"a.jpg,{string.Join(',', numbers)}")
        select string.Join('\n', rows.Prepend(header));
}
