using System.Text.Json.Nodes;
using Migrator.LocalCluster.Schema;
using Migrator.LocalCluster.Storage;

namespace Migrator.LocalCluster.Patching;

/// <summary>A manager of fields of an object, and the operation that it used.</summary>
/// <param name="Name">The field manager.</param>
/// <param name="Operation">Apply or Update.</param>
/// <param name="ApiVersion">The version of the object that was written.</param>
/// <param name="Subresource">The subresource; empty for the object itself.</param>
internal sealed record Manager(string Name, string Operation, string ApiVersion, string Subresource)
{
    /// <summary>Formats the manager for conflict messages.</summary>
    public string Print() => (Operation, Subresource) switch
    {
        ("Apply", _) => $"\"{Name}\"",
        (_, "") => $"\"{Name}\" using {ApiVersion}",
        _ => $"\"{Name}\" with subresource \"{Subresource}\" using {ApiVersion}",
    };
}

/// <summary>The managers of an object and their fields, read from and written to metadata.managedFields.</summary>
internal sealed class ManagedFields
{
    // Fields that the server owns or that identify the object.
    private static readonly string[] s_serverOwned =
    [
        "name", "namespace", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields",
        "resourceVersion", "selfLink", "uid", "generation", "generateName",
    ];

    private readonly List<(Manager Manager, FieldSet Fields, string Time)> _entries = [];

    public IEnumerable<(Manager Manager, FieldSet Fields)> Entries => _entries.Select(e => (e.Manager, e.Fields));

    public static ManagedFields Read(JsonObject value)
    {
        var managed = new ManagedFields();
        foreach (var entry in value.Items("metadata", "managedFields"))
        {
            if (entry.Text("manager") is { } name)
            {
                managed._entries.Add((
                    new Manager(
                        name,
                        entry.Text("operation") ?? "",
                        entry.Text("apiVersion") ?? "",
                        entry.Text("subresource") ?? ""),
                    FieldSet.Parse(entry["fieldsV1"]),
                    entry.Text("time") ?? ""));
            }
        }

        return managed;
    }

    /// <summary>Returns all fields of an object that a manager can own.</summary>
    /// <param name="value">The object.</param>
    /// <param name="type">Its type.</param>
    /// <param name="subresource">
    /// <c>status</c> for the status only; empty for all fields except the status, if the status is a subresource.
    /// </param>
    /// <param name="hasStatus">Whether the status is a subresource.</param>
    public static FieldSet FieldsOf(JsonObject value, ObjectType type, string subresource, bool hasStatus)
    {
        var fields = FieldSet.Of(value, new FieldType(ValueKind.Object, "") { Object = type });
        fields.RemoveChild("f:apiVersion");
        fields.RemoveChild("f:kind");
        if (subresource.Length > 0)
        {
            foreach (var name in fields.Children.Keys.Where(k => k != $"f:{subresource}").ToArray())
            {
                fields.RemoveChild(name);
            }
        }
        else if (hasStatus)
        {
            fields.RemoveChild("f:status");
        }

        if (fields.Find("f:metadata") is { } metadata)
        {
            foreach (var name in s_serverOwned)
            {
                metadata.RemoveChild($"f:{name}");
            }

            if (metadata.Children.Count == 0)
            {
                fields.RemoveChild("f:metadata");
            }
        }

        return fields;
    }

    public FieldSet Of(Manager manager) => _entries.FirstOrDefault(e => e.Manager == manager).Fields ?? new FieldSet();

    public FieldSet OfOthers(Manager manager)
    {
        var all = new FieldSet();
        foreach (var (_, fields, _) in _entries.Where(e => e.Manager != manager))
        {
            all.Add(fields);
        }

        return all;
    }

    public void Set(Manager manager, FieldSet fields, string time)
    {
        var index = _entries.FindIndex(e => e.Manager == manager);
        if (index < 0)
        {
            _entries.Add((manager, fields, time));
        }
        else
        {
            _entries[index] = (manager, fields, time);
        }
    }

    /// <summary>Removes fields from all other managers.</summary>
    public void RemoveFromOthers(Manager manager, FieldSet fields)
    {
        foreach (var (_, theirs, _) in _entries.Where(e => e.Manager != manager))
        {
            theirs.Remove(fields);
        }
    }

    public void Write(JsonObject value) => value.Ensure("metadata")["managedFields"] = Json.Array(
        _entries.Where(e => !e.Fields.IsEmpty).Select(ToEntry));

    private static JsonObject ToEntry((Manager Manager, FieldSet Fields, string Time) entry)
    {
        var json = new JsonObject
        {
            ["manager"] = entry.Manager.Name,
            ["operation"] = entry.Manager.Operation,
            ["apiVersion"] = entry.Manager.ApiVersion,
            ["time"] = entry.Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = entry.Fields.ToFieldsV1(),
        };
        if (entry.Manager.Subresource.Length > 0)
        {
            json["subresource"] = entry.Manager.Subresource;
        }

        return json;
    }
}
