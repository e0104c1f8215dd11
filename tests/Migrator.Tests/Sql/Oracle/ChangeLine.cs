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
        ColumnDefinition? column = change.Definition;
        string? expression = change.Kind == ChangeKind.SetLockTimeout ? null : column is null ? change.Expression : column.Default;
        return Format(
            (change.Kind, change.Lock),
            Name(change.Table),
            Name(change.Name),
            change.Column,
            Name(change.Other),
            TypeOf(change) is { } type ? typeTree(type) : null,
            expression is null ? null : expressionTree(expression),
            FlagsOf(change));
    }

    /// <summary>The text of the type in a change; null if the change has none.</summary>
    public static string? TypeOf(SchemaChange change) => change.Type ?? change.Definition?.Type;

    /// <summary>A change that PostgreSQL's parser found.</summary>
    public static string Of(OracleChange change, ChangeKind kind, TableLock mode)
        => Format((kind, mode), Name(change.Table), Name(change.Name), change.Column, Name(change.Other), change.Type, change.Expression, change.Flags);

    private static string Format(
        (ChangeKind Kind, TableLock Lock) what, string? table, string? name, string? column, string? other, string? type, string? expression, IEnumerable<string> flags)
        => string.Join(' ', new[]
        {
            $"{what.Kind} {table} ({what.Lock})",
            name is null ? null : $"name={name}",
            column is null ? null : $"column={column}",
            other is null ? null : $"other={other}",
            type is null ? null : $"type={type}",
            expression is null ? null : $"expression={expression}",
            string.Join(',', flags.Order(StringComparer.Ordinal)),
        }.Where(part => !string.IsNullOrEmpty(part)));

    private static IEnumerable<string> FlagsOf(SchemaChange change) => Set(
        (change.IsConcurrent, "concurrent"),
        (change.IsNotValid, "notValid"),
        (change.IsUsingIndex, "usingIndex"),
        (change.IsLocal, "local")).Concat(change.Definition is not { } column ? [] : Set(
        (column.IsNotNull, "notNull"),
        (column.IsIdentity, "identity"),
        (column.IsGenerated, "generated"),
        (column.IsStoredGenerated, "stored"),
        (column.HasCheck, "check"),
        (column.IsUnique, "unique"),
        (column.IsPrimaryKey, "primary")));

    private static IEnumerable<string> Set(params (bool IsSet, string Name)[] flags) => flags.Where(f => f.IsSet).Select(f => f.Name);

    private static string? Name(SqlName? name) => name is null ? null : Name(new OracleName(name.Schema, name.Name));

    private static string? Name(OracleName? name) => name is null ? null : name.Schema is null ? name.Name : $"{name.Schema} . {name.Name}";
}
