namespace EasyQuant.Runtime.Execution;

/// <summary>Makes an operator from where it is called.</summary>
internal delegate IOperator OperatorFactory(OperatorSite site);

/// <summary>Factories by domain, name and the range of operator set versions they hold for.</summary>
internal sealed class OperatorRegistry
{
    private readonly Dictionary<(string Domain, string OpType), List<Entry>> _entries = [];

    /// <summary>Adds a standard operator, valid from version <paramref name="since"/> up to and including <paramref name="until"/>.</summary>
    public OperatorRegistry Add(string opType, OperatorFactory factory, int since = 1, int until = int.MaxValue, string domain = "")
    {
        if (!_entries.TryGetValue((domain, opType), out List<Entry>? versions))
        {
            _entries.Add((domain, opType), versions = []);
        }

        versions.Add(new Entry(since, until, factory));
        return this;
    }

    /// <summary>The names of the operators of every domain.</summary>
    public IEnumerable<string> Names => _entries.Keys.Select(k => k.OpType);

    public bool Contains(string domain, string opType) => _entries.ContainsKey((domain, opType));

    public OperatorFactory Find(OperatorSite site)
    {
        if (!_entries.TryGetValue((site.Node.Domain, site.Node.OpType), out List<Entry>? versions))
        {
            throw site.Unsupported("there is no implementation of it");
        }

        return versions.Find(v => v.Since <= site.Opset && site.Opset <= v.Until)?.Factory
            ?? throw site.Unsupported($"implemented for {string.Join(", ", versions.Select(v => v.Until == int.MaxValue ? $"{v.Since} and later" : $"{v.Since} to {v.Until}"))}");
    }

    private sealed record Entry(int Since, int Until, OperatorFactory Factory);
}
