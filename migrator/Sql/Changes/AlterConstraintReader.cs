using Migrator.Sql.Lexing;

namespace Migrator.Sql.Changes;

/// <summary>Reads the action ALTER CONSTRAINT of ALTER TABLE.</summary>
internal static class AlterConstraintReader
{
    /// <summary>The name of the action that adds a NOT NULL constraint to the tables that inherit (PostgreSQL 18).</summary>
    public const string InheritConstraint = "ALTER CONSTRAINT … INHERIT";

    /// <summary>The name of the action that drops the triggers of a foreign key (PostgreSQL 18).</summary>
    public const string NotEnforced = "ALTER CONSTRAINT … NOT ENFORCED";

    /// <summary>Reads the action after its keywords.</summary>
    public static SchemaChange Read(ref StatementReader reader)
    {
        SqlName? name = reader.Name();
        (bool isNot, string statementName) = (false, "ALTER CONSTRAINT");
        while (!reader.AtEnd && reader.CurrentText is not ",")
        {
            if (reader.Is("enforced"))
            {
                return new SchemaChange(ChangeKind.EnforceConstraint) { Name = name, StatementName = "ALTER CONSTRAINT … ENFORCED" };
            }

            if (reader.Is("inherit") && !isNot)
            {
                return AlterTableReader.OtherAction(InheritConstraint) with { Name = name };
            }

            isNot = reader.Is("no");
            if (reader.Skip("not", "enforced"))
            {
                statementName = NotEnforced;
            }
            else
            {
                reader.Advance();
            }
        }

        return AlterTableReader.OtherAction(statementName) with { Name = name };
    }
}
