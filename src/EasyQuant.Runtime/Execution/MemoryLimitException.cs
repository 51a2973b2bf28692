namespace EasyQuant.Runtime.Execution;

/// <summary>A value would take more memory than there may be. The executor adds the node's name and the inputs' types.</summary>
internal sealed class MemoryLimitException(string message) : Exception(message);
