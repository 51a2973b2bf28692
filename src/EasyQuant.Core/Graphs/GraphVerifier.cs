namespace EasyQuant.Graphs;

/// <summary>Checks that a graph is one: what the classes here promise, a pass that edits a graph has to keep.</summary>
/// <remarks>
/// Checked are: names are present and unique within a graph and the graphs around it; every value is computed by at most one
/// node and knows it; every read is known to the value that is read and nothing else is; every node comes after those it
/// reads from; outputs exist; constants have elements of the declared type. Nested graphs are checked with what they capture.
/// </remarks>
public static class GraphVerifier
{
    /// <summary>Every broken promise, one sentence each; empty for a sound model.</summary>
    public static IReadOnlyList<string> FindViolations(Model model)
    {
        Verification verification = new();
        verification.VisitGraph(model.Graph);
        verification.CheckUses();
        return verification.Violations;
    }

    /// <summary>Returns quietly where the model is sound.</summary>
    /// <exception cref="InvalidModelException">A promise is broken; the message names all.</exception>
    public static void Verify(Model model)
    {
        IReadOnlyList<string> violations = FindViolations(model);
        if (violations.Count > 0)
        {
            throw new InvalidModelException($"The graph '{model.Graph.Name}' is not sound:\n{string.Join('\n', violations)}");
        }
    }

    private sealed class Verification
    {
        private readonly Stack<HashSet<Value>> _scopes = new();
        private readonly HashSet<Node> _nodes = [];
        private readonly HashSet<Value> _values = [];

        public List<string> Violations { get; } = [];

        public void VisitGraph(Graph graph)
        {
            HashSet<Value> scope = [];
            _scopes.Push(scope);
            CheckNames(graph);
            foreach (Value value in graph.Inputs.Concat(graph.Initializers).Distinct())
            {
                scope.Add(value);
                _values.Add(value);
                Check(value.Producer is null, $"'{value.Name}' is an input or a constant of '{graph.Name}' and yet computed by {value.Producer}");
            }

            foreach (Value initializer in graph.Initializers)
            {
                CheckConstant(initializer);
            }

            foreach (Node node in graph.Nodes)
            {
                VisitNode(node, scope);
            }

            foreach (Value output in graph.Outputs)
            {
                Check(IsVisible(output), $"output '{output.Name}' of '{graph.Name}' is computed by no node");
            }

            _scopes.Pop();
        }

        public void CheckUses()
        {
            foreach (Value value in _values)
            {
                foreach (Use use in value.Uses)
                {
                    Check(_nodes.Contains(use.Node), $"'{value.Name}' is read by {use.Node.OpType} '{use.Node.Name}', which is not in the model");
                    Check(use.Node.InputOrDefault(use.Index) == value, $"'{value.Name}' is not input {use.Index} of {use.Node.OpType} '{use.Node.Name}', as its uses say");
                }
            }
        }

        private void VisitNode(Node node, HashSet<Value> scope)
        {
            Check(_nodes.Add(node), $"{node.Label} stands twice in the model");
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (node.Inputs[i] is { } input)
                {
                    Check(IsVisible(input), $"{node.Label} reads '{input.Name}', which nothing before it computes");
                    Check(input.Uses.Contains(new Use(node, i)), $"{node.Label} reads '{input.Name}', which does not know of it");
                }
            }

            foreach (Graph nested in node.Subgraphs)
            {
                VisitGraph(nested);
            }

            foreach (Value output in node.Outputs.OfType<Value>())
            {
                Check(output.Producer == node, $"{node.Label} computes '{output.Name}', whose producer is {output.Producer?.Label ?? "nobody"}");
                Check(scope.Add(output), $"'{output.Name}' is computed although it is there already");
                _values.Add(output);
            }
        }

        private void CheckNames(Graph graph)
        {
            HashSet<string> names = [];
            foreach (Value value in graph.AllValues())
            {
                Check(value.Name.Length > 0, $"a value of '{graph.Name}' has no name");
                Check(names.Add(value.Name), $"two values of '{graph.Name}' have the name '{value.Name}'");
                Check(
                    !_scopes.Any(s => s.Any(v => v.Name == value.Name && v != value)),
                    $"'{value.Name}' of '{graph.Name}' hides a value of a graph around it");
            }
        }

        private void CheckConstant(Value initializer)
        {
            if (initializer.Constant is not { } constant)
            {
                Violations.Add($"initializer '{initializer.Name}' has no elements");
                return;
            }

            if (initializer.TensorType is { } type)
            {
                bool fits = type.ElementType == constant.Type && (type.Shape?.ToStatic() is not { } shape || shape == constant.Shape);
                Check(fits, $"initializer '{initializer.Name}' is declared {type} and holds {constant}");
            }
        }

        private bool IsVisible(Value value) => _scopes.Any(s => s.Contains(value));

        private void Check(bool holds, string violation)
        {
            if (!holds)
            {
                Violations.Add(violation);
            }
        }
    }
}
