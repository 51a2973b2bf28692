namespace EasyQuant.Runtime.Execution;

/// <summary>An operator cannot compute with what it was given. The executor adds the node's name and the inputs' types.</summary>
internal sealed class InvalidOperatorInputException(string message) : Exception(message);
