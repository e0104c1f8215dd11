using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Linting;

/// <summary>A part of the schema that a statement removes, and that a later statement of the same transaction can create again. Other sessions then never miss it.</summary>
/// <param name="Kind">The kind, in which the name is unique.</param>
/// <param name="Owner">The object itself, or the table of a column, trigger, rule or policy.</param>
/// <param name="Name">The column, trigger, rule or policy.</param>
internal sealed record MissingPart(string Kind, SqlName Owner, string? Name = null)
{
    private const string ColumnKind = "column";
    private const string DefaultKind = "default";

    // Tables, views and sequences share their names.
    private const string RelationKind = "relation";

    /// <summary>What a statement removes under this name; null if nothing can take its place, as for a table with its data.</summary>
    public static MissingPart? RemovedBy(SchemaChange change) => change switch
    {
        { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Table: { } table } => new(RelationKind, table),
        { Kind: ChangeKind.RenameColumn, Table: { } table, Column: { } column } => new(ColumnKind, table, column),
        { Kind: ChangeKind.DropObject or ChangeKind.RenameObject, ObjectType: { } type, Name: { } name } => new(KindOf(type), name),
        { Action: TableAction.DropDefault, Table: { } table, Column: { } column } => new(DefaultKind, table, column),
        _ => Attached(change, TableAction.DropTrigger, TableAction.DisableTrigger, TableAction.DropRule, TableAction.DropPolicy),
    };

    /// <summary>What a statement creates, switches on again, or gives a name that was free.</summary>
    public static MissingPart? RestoredBy(SchemaChange change) => change switch
    {
        { Kind: ChangeKind.CreateTable, Table: { } table } => new(RelationKind, table),
        { Kind: ChangeKind.RenameTable or ChangeKind.SetSchema, Name: { } name } => new(RelationKind, name),
        { Kind: ChangeKind.RenameColumn, Table: { } table, Name: { } column } => new(ColumnKind, table, column.Name),
        { Kind: ChangeKind.CreateObject, ObjectType: { } type, Name: { } name } => new(KindOf(type), name),
        { Action: TableAction.SetDefault or TableAction.GenerateAlways, Table: { } table, Column: { } column } => new(DefaultKind, table, column),
        _ => Attached(change, TableAction.CreateTrigger, TableAction.EnableTrigger, TableAction.CreateRule, TableAction.CreatePolicy, TableAction.CreateRestrictivePolicy),
    };

    private static MissingPart? Attached(SchemaChange change, params ReadOnlySpan<TableAction> actions)
        => change is { Table: { } table, Part: { } part } && actions.Contains(change.Action)
            ? new(change.Action switch
            {
                TableAction.CreateRule or TableAction.DropRule => "rule",
                TableAction.CreatePolicy or TableAction.CreateRestrictivePolicy or TableAction.DropPolicy => "policy",
                _ => "trigger",
            }, table, part)
            : null;

    private static string KindOf(string type) => type is "VIEW" or "SEQUENCE" ? RelationKind : LintObjects.KindOf(type);
}
