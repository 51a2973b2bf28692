namespace EasyQuant.Fuzz.Kit;

/// <summary>Something that reads files from outside, and where hostile ones come from.</summary>
internal abstract class FuzzTarget
{
    /// <summary>What tables and the command line call it.</summary>
    public abstract string Name { get; }

    /// <summary>The file name that an input gets.</summary>
    public virtual string FileName => "input";

    /// <summary>An input: the same for the same choices.</summary>
    public abstract byte[] Make(Dice dice);

    /// <summary>Reads the file and uses what it holds, as far as a user's program would. Whatever is wrong comes out as an exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends what may rightly take long: a model may loop as often as it says.</param>
    public abstract void Try(string path, CancellationToken cancellationToken);

    /// <summary>The most bytes that may be allocated in all for a file of this length, what has been freed again included.</summary>
    public virtual long AllowedBytes(long length) => (16L << 20) + 64 * length;

    /// <summary>Puts beside the input what it may refer to.</summary>
    public virtual void Furnish(string folder)
    {
    }
}
