namespace EasyQuant.Runtime.Execution;

/// <summary>An operator is not implemented for what it was given, which may well be right. The executor adds the node's name and the inputs' types.</summary>
internal sealed class UnsupportedOperatorInputException(string message) : Exception(message);
