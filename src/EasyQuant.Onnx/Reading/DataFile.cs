using EasyQuant.Data;
using EasyQuant.Graphs;
using Google.Protobuf;

namespace EasyQuant.Onnx.Reading;

/// <summary>Reads a file that holds one message of data, and says what is wrong with it as with a sample.</summary>
internal static class DataFile
{
    /// <summary>What <paramref name="convert"/> makes of the message.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parser">The message's parser.</param>
    /// <param name="kind">What messages call the content, as in <c>tensor</c>.</param>
    /// <param name="convert">Makes a value of the message; may find it invalid.</param>
    /// <exception cref="InvalidSampleException">There is no such file, or it does not hold this; the message begins with the path.</exception>
    public static TResult Read<TMessage, TResult>(string path, MessageParser<TMessage> parser, string kind, Func<TMessage, TResult> convert)
        where TMessage : IMessage<TMessage>
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using FileStream file = File.OpenRead(path);
            return convert(parser.ParseFrom(file));
        }
        catch (InvalidModelException error)
        {
            throw new InvalidSampleException($"{error.Message} Expected a {kind} ({typeof(TMessage).Name}).", error);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidSampleException($"'{path}': this is no ONNX {kind}, or it is cut off or damaged: {error.Message}", error);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new InvalidSampleException($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
