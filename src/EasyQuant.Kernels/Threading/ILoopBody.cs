namespace EasyQuant.Kernels.Threading;

/// <summary>What a loop does for an index. Several threads run it at the same time, so it does not change itself.</summary>
public interface ILoopBody
{
    /// <summary>Does it.</summary>
    void Run(int index);
}
