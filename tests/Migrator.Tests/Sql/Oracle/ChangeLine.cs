using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Tests.Sql.Oracle;

/// <summary>Writes a change as a line of text, in the same form for the reader of <c>migrator/Sql</c> and for PostgreSQL's parser.</summary>
internal static class ChangeLine
{
    /// <summary>A change that the reader found.</summary>
    /// <param name="change">The change.</param>
    /// <param name="typeTree">Converts the text of a type to a tree.</param>
    /// <param name="expressionTree">Converts the text of an expression to a tree.</param>
    public static string Of(SchemaChange change, Func<string, string> typeTree, Func<string, string> expressionTree)
    {
        bool isSetting = change.Kind is ChangeKind.SetLockTimeout or ChangeKind.SetSearchPath;
        string? type = change.Type ?? change.Definition?.Type;
        string? expression = isSetting ? null : change.Definition is null ? change.Expression : change.Definition.Default;
        string? path = change.Kind != ChangeKind.SetSearchPath ? null : SearchPathReader.Parse(change.Expression) is { } schemas ? string.Join(',', schemas) : "default";
        return Format(
            $"{change.Kind} {Name(change.Table)} ({change.Lock})",
            [
                ("object", change.ObjectType), ("name", Name(change.Name)), ("column", change.Column), ("other", Name(change.Other)),
                ("type", type is null ? null : typeTree(type)), ("expression", expression is null ? null : expressionTree(expression)),
                ("key", change.KeyColumn), ("index", Join(change.IndexColumns)), ("path", path),
                ("foreignKeys", Join(change.ForeignKeys.Select(k => $"{k.Name}({string.Join(',', k.Columns)}) {k.Referenced.Schema}.{k.Referenced.Name}"))),
                ("columns", Join(change.Columns.Select(c => Column(c.Key, typeTree(c.Value.Type), c.Value.Default is { } value ? expressionTree(value) : null, FlagsOf(c.Value))))),
            ],
            FlagsOf(change));
    }

    /// <summary>The texts of the types in a change.</summary>
    public static IEnumerable<string> TypesOf(SchemaChange change)
        => new[] { change.Type, change.Definition?.Type }.OfType<string>().Concat(change.Columns.Select(c => c.Value.Type));

    /// <summary>The texts of the expressions in a change.</summary>
    public static IEnumerable<string> ExpressionsOf(SchemaChange change) => change.Kind is ChangeKind.SetLockTimeout or ChangeKind.SetSearchPath ? []
        : new[] { change.Expression, change.Definition?.Default }.Concat(change.Columns.Select(c => c.Value.Default)).OfType<string>();

    /// <summary>A change that PostgreSQL's parser found.</summary>
    public static string Of(OracleChange change, ChangeKind kind, TableLock mode) => Format(
        $"{kind} {Name(change.Table)} ({mode})",
        [
            ("object", change.Object), ("name", Name(change.Name)), ("column", change.Column), ("other", Name(change.Other)), ("type", change.Type),
            ("expression", change.Expression), ("key", change.Key), ("index", Join(change.Index)), ("path", change.Path), ("foreignKeys", Join(change.ForeignKeys)),
            ("columns", Join(change.Columns.Select(c => Column(c.Column, c.Type, c.Expression, c.Flags)))),
        ],
        change.Flags);

    private static string Format(string what, IEnumerable<(string Name, string? Value)> parts, IEnumerable<string> flags)
        => string.Join(' ', parts.Where(p => p.Value is not null).Select(p => $"{p.Name}={p.Value}").Prepend(what).Append(string.Join(',', flags.Order(StringComparer.Ordinal))).Where(p => p.Length > 0));

    private static string Column(string? name, string? type, string? expression, IEnumerable<string> flags) => $"{name}:{type} {expression} {string.Join('+', flags.Order(StringComparer.Ordinal))}";

    private static string? Join(IEnumerable<string> values) => values.Any() ? string.Join(';', values) : null;

    private static IEnumerable<string> FlagsOf(SchemaChange change) => Set(
        (change.IsConcurrent, "concurrent"),
        (change.IsNotValid, "notValid"),
        (change.IsUsingIndex, "usingIndex"),
        (change.IsOnly, "only"),
        (change.IsPartitioned, "partitioned"),
        (change.IsDefaultPartition, "default"),
        (change.IsFilled, "filled"),
        (change.IsCascade, "cascade"),
        (change.IsIfNotExists, "ifNotExists"),
        (change.IsTemporary, "temporary"),
        (change.IsLocal, "local")).Concat(change.Definition is { } column ? FlagsOf(column) : []);

    private static IEnumerable<string> FlagsOf(ColumnDefinition column) => Set(
        (column.IsNotNull, "notNull"),
        (column.IsIdentity, "identity"),
        (column.IsGenerated, "generated"),
        (column.IsStoredGenerated, "stored"),
        (column.HasCheck, "check"),
        (column.ChecksReference, "reference"),
        (column.IsUnique, "unique"),
        (column.IsPrimaryKey, "primary"));

    private static IEnumerable<string> Set(params (bool IsSet, string Name)[] flags) => flags.Where(f => f.IsSet).Select(f => f.Name);

    private static string? Name(SqlName? name) => name is null ? null : Name(new OracleName(name.Schema, name.Name));

    private static string? Name(OracleName? name) => name is null ? null : name.Schema is null ? name.Name : $"{name.Schema} . {name.Name}";
}
