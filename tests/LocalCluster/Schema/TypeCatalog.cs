namespace Migrator.LocalCluster.Schema;

/// <summary>All API types of this cluster, read once from the folder <c>Types</c>.</summary>
/// <remarks>
/// The types define which fields exist, which are required, their defaults, how a strategic merge patch and a
/// server-side apply merge lists, and the OpenAPI document. They are those of Kubernetes 1.36
/// (https://github.com/kubernetes/api, the markers in types.go).
/// </remarks>
internal sealed class TypeCatalog
{
    private static readonly Lazy<TypeCatalog> s_instance = new(() => new TypeCatalog());
    private readonly Dictionary<string, ObjectType> _types = [];

    private TypeCatalog()
    {
        var assembly = typeof(TypeCatalog).Assembly;
        var lines = new List<TypeLine>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(
            n => n.EndsWith(".types", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            lines.AddRange(TypeFile.Read(reader.ReadToEnd()));
        }

        foreach (var line in lines.Where(l => l.Field is null))
        {
            _types.Add(line.Type.Name, line.Type);
        }

        foreach (var kind in _types.Values.Where(t => t.IsKind))
        {
            kind.Add(new Field("apiVersion", new FieldType(ValueKind.Text, "string")));
            kind.Add(new Field("kind", new FieldType(ValueKind.Text, "string")));
            kind.Add(new Field("metadata", new FieldType(ValueKind.Object, "") { Object = _types["ObjectMeta"] }));
        }

        foreach (var line in lines)
        {
            if (line.Field is not null)
            {
                line.Type.Add(FieldLine.Parse(line.Field, Find));
            }
        }
    }

    public static TypeCatalog Instance => s_instance.Value;

    public IReadOnlyCollection<ObjectType> Types => _types.Values;

    /// <summary>Returns the type with a name.</summary>
    /// <exception cref="KeyNotFoundException">The type files do not contain the type.</exception>
    public ObjectType Find(string name) =>
        _types.GetValueOrDefault(name) ?? throw new KeyNotFoundException($"The type files do not contain the type {name}.");
}
