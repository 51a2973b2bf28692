namespace EasyQuant.Runtime.Inference.Execution;

/// <summary>How a step is computed, for listings; <see cref="PlanLine"/> says what the parts mean.</summary>
internal readonly record struct StepMethod(string Name, string Isa = "", string Tile = "", string Widening = "")
{
    /// <summary>Name and instruction set.</summary>
    public string Summary => Isa.Length > 0 ? $"{Name}, {Isa}" : Name;
}
