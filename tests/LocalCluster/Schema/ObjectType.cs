namespace Migrator.LocalCluster.Schema;

/// <summary>An API type with named fields.</summary>
/// <param name="name">The name within the package, such as <c>Container</c>.</param>
/// <param name="package">The package, such as <c>io.k8s.api.core.v1</c>.</param>
/// <param name="isKind">Whether the type is a kind, with apiVersion, kind and metadata.</param>
/// <param name="isAtomic">Whether a server-side apply owns and replaces values as a whole.</param>
internal sealed class ObjectType(string name, string package, bool isKind, bool isAtomic)
{
    private readonly Dictionary<string, Field> _fields = [];

    public string Name => name;

    public string QualifiedName => $"{package}.{name}";

    public bool IsKind => isKind;

    public bool IsAtomic => isAtomic;

    /// <summary>The fields in order of declaration.</summary>
    public IReadOnlyCollection<Field> Fields => _fields.Values;

    public Field? Find(string field) => _fields.GetValueOrDefault(field);

    internal void Add(Field field) => _fields.Add(field.Name, field);
}
