using Migrator.Database;
using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>A view or a function that a repeatable script creates, as its syntax shows.</summary>
/// <param name="Script">The file name of the script.</param>
/// <param name="IsFunction">Whether it is a function or a procedure; otherwise a view.</param>
/// <param name="Name">The name.</param>
internal sealed record RepeatableObject(string Script, bool IsFunction, SqlName Name)
{
    /// <summary>The SQL expression that tells whether the object exists. A function counts as existing if any function has its name.</summary>
    public string ExistsExpression
    {
        get
        {
            string schema = Quote.Literal(Name.Schema), name = Quote.Literal(Name.Name);
            return IsFunction
                ? $"EXISTS (SELECT FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = {schema} AND p.proname = {name})"
                : $"EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {name})";
        }
    }

    /// <summary>Reads repeatable scripts.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="placeholders">The values of placeholders; null replaces no placeholders.</param>
    /// <param name="currentSchema">The schema in which scripts create their objects.</param>
    public static IReadOnlyList<RepeatableObject> Of(IEnumerable<Script> scripts, PlaceholderValues? placeholders, string currentSchema)
    {
        var found = new List<RepeatableObject>();
        var names = new NameScope(currentSchema);
        foreach (Script script in scripts)
        {
            names.StartScript();
            using var reader = new ScriptReader(script, placeholders);
            while (reader.Read() is { } statement)
            {
                foreach (SchemaChange change in names.Resolve(StatementChanges.Of(statement.Text)))
                {
                    if (change is { Kind: ChangeKind.CreateTable, Table: { } view })
                    {
                        found.Add(new RepeatableObject(script.FileName, IsFunction: false, In(currentSchema, view)));
                    }
                    else if (change is { Kind: ChangeKind.CreateObject, ObjectType: "FUNCTION" or "PROCEDURE" or "AGGREGATE", Name: { } function })
                    {
                        found.Add(new RepeatableObject(script.FileName, IsFunction: true, In(currentSchema, names.Resolve(function))));
                    }
                }
            }
        }

        return found;
    }

    private static SqlName In(string currentSchema, SqlName name) => name.Schema is null or NameScope.Current ? new SqlName(currentSchema, name.Name) : name;
}
