using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;

namespace Migrator.LocalCluster.Patching;

/// <summary>
/// A set of fields of an object, in the format of managedFields. It is a mutable tree. Its names are <c>f:field</c>,
/// <c>k:{keys}</c> for an item of a list, and <c>v:value</c> for a member of a set.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/server-side-apply/ and FieldsV1.</remarks>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> _children = new(StringComparer.Ordinal);

    /// <summary>Whether the field itself is in the set, independent of its children.</summary>
    public bool IsMember { get; set; }

    public IReadOnlyDictionary<string, FieldSet> Children => _children;

    public bool IsEmpty => !IsMember && _children.Count == 0;

    /// <summary>Returns all fields that a value contains.</summary>
    public static FieldSet Of(JsonNode? value, FieldType type)
    {
        var set = new FieldSet();
        if (type.IsGranular)
        {
            foreach (var (name, child, childType) in Parts.Of(value, type))
            {
                set._children[name] = Of(child, childType);
                if (name[0] == 'k')
                {
                    // A list item itself is owned, in addition to its fields.
                    set._children[name].IsMember = true;
                }
            }
        }

        set.IsMember |= set._children.Count == 0;
        return set;
    }

    /// <summary>Returns the child with a name, and creates it if it does not exist.</summary>
    public FieldSet Ensure(string name)
    {
        if (!_children.TryGetValue(name, out var child))
        {
            _children[name] = child = new FieldSet();
        }

        return child;
    }

    public FieldSet? Find(string name) => _children.GetValueOrDefault(name);

    public void Add(FieldSet other)
    {
        IsMember |= other.IsMember;
        foreach (var (name, child) in other._children)
        {
            Ensure(name).Add(child);
        }
    }

    public void Remove(FieldSet other)
    {
        IsMember &= !other.IsMember;
        foreach (var (name, child) in other._children)
        {
            if (_children.TryGetValue(name, out var mine))
            {
                mine.Remove(child);
                if (mine.IsEmpty)
                {
                    _children.Remove(name);
                }
            }
        }
    }

    /// <summary>Removes a child and all its descendants.</summary>
    public void RemoveChild(string name) => _children.Remove(name);

    public FieldSet Copy()
    {
        var copy = new FieldSet();
        copy.Add(this);
        return copy;
    }

    public static FieldSet Parse(JsonNode? fields)
    {
        var set = new FieldSet();
        if (fields is JsonObject map)
        {
            foreach (var (name, child) in map)
            {
                if (name == ".")
                {
                    set.IsMember = true;
                }
                else
                {
                    set._children[name] = Parse(child);
                }
            }

            set.IsMember |= map.Count == 0;
        }

        return set;
    }

    public JsonObject ToFieldsV1()
    {
        var fields = new JsonObject();
        if (IsMember && _children.Count > 0)
        {
            fields["."] = new JsonObject();
        }

        foreach (var (name, child) in _children)
        {
            fields[name] = child.ToFieldsV1();
        }

        return fields;
    }
}
