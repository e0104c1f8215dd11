using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>The objects that are not tables, as the scripts that were read so far create them.</summary>
internal sealed class LintObjects
{
    private readonly HashSet<(string Type, SqlName Name)> _new = [];
    private readonly Dictionary<SqlName, bool> _types = [];
    private readonly Dictionary<SqlName, string> _defaults = [];

    /// <summary>Whether the linted scripts create the object of a change. The application does not use it yet.</summary>
    public bool Contains(SchemaChange change) => change is { ObjectType: { } type, Name: { } name } && _new.Contains((KindOf(type), name));

    /// <summary>Whether a type is a domain with a constraint; null if the scripts do not create the type.</summary>
    public bool? IsDomainWithConstraint(SqlName type) => _types.TryGetValue(type, out bool isDomain) ? isDomain : null;

    /// <summary>The default of a domain; null if it has none, or if the scripts do not show it.</summary>
    public string? DefaultOf(SqlName type) => _defaults.GetValueOrDefault(type);

    /// <summary>Adds a change of a statement.</summary>
    /// <param name="change">The change.</param>
    /// <param name="isLinted">Whether the script is linted.</param>
    public void Add(SchemaChange change, bool isLinted)
    {
        if (change is not { ObjectType: { } type, Name: { } name })
        {
            return;
        }

        if (change.Kind == ChangeKind.CreateObject)
        {
            if (isLinted)
            {
                _new.Add((KindOf(type), name));
            }

            if (type is "TYPE" or "DOMAIN")
            {
                _types[name] = change.Definition is { HasCheck: true } or { IsNotNull: true };
                if (change.Definition?.Default is { } value)
                {
                    _defaults[name] = value;
                }
            }
        }
        else if (change.Kind == ChangeKind.CheckDomain)
        {
            _types[name] = true;
        }
    }

    /// <summary>The kind of an object, in which its name is unique.</summary>
    /// <remarks>DROP ROUTINE also drops functions and procedures. DROP TYPE also drops domains.</remarks>
    public static string KindOf(string type) => type switch { "PROCEDURE" or "ROUTINE" or "AGGREGATE" => "FUNCTION", "DOMAIN" => "TYPE", _ => type };
}
