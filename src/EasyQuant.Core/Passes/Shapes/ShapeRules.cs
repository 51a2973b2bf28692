using EasyQuant.Graphs;

namespace EasyQuant.Passes.Shapes;

/// <summary>The rules by operator; each family registers its own.</summary>
internal static class ShapeRules
{
    private static readonly Dictionary<string, Action<ShapeSite>> _rules = Build();

    /// <summary>The rule of the node's operator, where it is a standard one that has a rule.</summary>
    public static Action<ShapeSite>? Find(Node node) => node.Domain.Length == 0 ? _rules.GetValueOrDefault(node.OpType) : null;

    private static Dictionary<string, Action<ShapeSite>> Build()
    {
        Dictionary<string, Action<ShapeSite>> rules = new(StringComparer.Ordinal);
        ElementwiseShapes.Register(rules);
        WindowShapes.Register(rules);
        ProductShapes.Register(rules);
        LayoutShapes.Register(rules);
        SelectionShapes.Register(rules);
        ReductionShapes.Register(rules);
        SourceShapes.Register(rules);
        QuantizationShapes.Register(rules);
        return rules;
    }

    /// <summary>Registers one rule for several operators.</summary>
    public static void AddAll(this Dictionary<string, Action<ShapeSite>> rules, string operators, Action<ShapeSite> rule)
    {
        foreach (string name in operators.Split(' '))
        {
            rules.Add(name, rule);
        }
    }
}
