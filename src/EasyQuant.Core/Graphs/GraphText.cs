namespace EasyQuant.Graphs;

/// <summary>A readable text form of a graph, for tests, golden files and <c>inspect</c>.</summary>
/// <remarks>
/// <code>
/// (x: f32[N,3,8,8]) => (y)
/// c = Conv "stem" &lt;pads=[1,1,1,1]&gt;(x, w: f32[4,3,3,3], b: f32[4]{0,0,0,1})
/// y = Relu(c)
/// </code>
/// The grammar; white space separates and means nothing else, <c>#</c> begins a comment that ends with the line:
/// <code>
/// graph     = header { statement }
/// header    = "(" [ value { "," value } ] ")" "=>" "(" [ value { "," value } ] ")"
/// statement = value                                             an initializer
///           | result { "," result } "=" call
/// call      = operator [ string ] [ "&lt;" attribute { "," attribute } "&gt;" ] "(" [ argument { "," argument } ] ")"
/// operator  = [ domain ":" ":" ] name                           the string after it is the node's name
/// result    = "_" | value                                       "_" is an absent optional output or input
/// argument  = "_" | value | type elements                       the last form is an initializer without a name of its own
/// value     = name [ ":" type [ elements ] ]
/// type      = "f32" | "i64" | ... [ "[" [ dim { "," dim } ] "]" ]  no brackets: rank unknown; "[]": a scalar
/// dim       = integer | symbol | "?"
/// elements  = "{" [ number { "," number } ] "}"                 each element; text tensors hold strings
///           | "{" number ".." number "}"                        pseudo-random, uniform between the bounds
/// attribute = name "=" ( number | string | list | type elements | nested )
/// nested    = "{" graph "}"
/// name      = letters, digits and _ / . - $, not beginning with a digit, - or . ; anything else in back quotes
/// </code>
/// A number with a point or an exponent is a float attribute, any other an integer attribute. A typed argument that has not
/// been seen before is an initializer: with elements it holds these, without it is filled with seeded pseudo-random
/// numbers from -1 to 1 (integers have no such default: they need elements or bounds). An input with elements has a default.
/// </remarks>
public static class GraphText
{
    /// <summary>The most elements of a constant that <see cref="Print"/> writes one by one unless told otherwise.</summary>
    public const int DefaultMaximumElements = 16;

    /// <summary>Builds the model that a text describes.</summary>
    /// <param name="text">The text; see the remarks of <see cref="GraphText"/>.</param>
    /// <param name="seed">Where the pseudo-random elements begin; the same seed gives the same bytes.</param>
    /// <param name="opset">The version of the standard operator set; other domains that occur get version 1.</param>
    /// <exception cref="InvalidModelException">The text does not follow the grammar; the message names line and column.</exception>
    public static Model Parse(string text, int seed = 0, int opset = 17) => new GraphTextParser(text, seed).ParseModel(opset);

    /// <summary>The text of a graph, one node a line, with the types that are known.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="maximumElements">
    /// Constants with more elements are written as their bounds <c>{min..max}</c>; <see cref="int.MaxValue"/> writes all,
    /// and then <see cref="Parse"/> gives an equal graph back.
    /// </param>
    public static string Print(Graph graph, int maximumElements = DefaultMaximumElements) =>
        new GraphTextPrinter(maximumElements).Print(graph);
}
