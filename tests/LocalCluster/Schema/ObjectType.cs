namespace Migrator.LocalCluster.Schema;

/// <summary>A type of the API with named fields.</summary>
/// <param name="name">The name within its package, as in <c>Container</c>.</param>
/// <param name="package">The package, as in <c>io.k8s.api.core.v1</c>.</param>
/// <param name="isKind">A type of whole objects, which have apiVersion, kind and metadata.</param>
/// <param name="isAtomic">Owned and replaced as a whole by a server-side apply.</param>
internal sealed class ObjectType(string name, string package, bool isKind, bool isAtomic)
{
    private readonly Dictionary<string, Field> _fields = [];

    public string Name => name;

    public string QualifiedName => $"{package}.{name}";

    public bool IsKind => isKind;

    public bool IsAtomic => isAtomic;

    /// <summary>The fields in the order of their declaration.</summary>
    public IReadOnlyCollection<Field> Fields => _fields.Values;

    public Field? Find(string field) => _fields.GetValueOrDefault(field);

    internal void Add(Field field) => _fields.Add(field.Name, field);
}
