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
    /// <summary>
    /// Gets the query for the objects that exist: the file name of the script, and the SQL condition that the object is gone. A function counts with its types, and
    /// only if this role owns it: another role may create a function with the same name.
    /// </summary>
    public static string GoneConditionsQuery(IEnumerable<RepeatableObject> objects) => string.Join(" UNION ALL ", objects.Select(o => o.IsFunction
        ? $"""
            SELECT {Quote.Literal(o.Script)}, format('pg_catalog.to_regprocedure(%L) IS NULL', p.oid::regprocedure) FROM pg_proc p
             WHERE p.pronamespace = to_regnamespace({Quote.Literal(Quote.Identifier(o.Name.Schema!))}) AND p.proname = {Quote.Literal(o.Name.Name)} AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
            """
        : $"""
            SELECT {Quote.Literal(o.Script)}, format('pg_catalog.to_regclass(%L) IS NULL', c.oid::regclass) FROM pg_class c
             WHERE c.relnamespace = to_regnamespace({Quote.Literal(Quote.Identifier(o.Name.Schema!))}) AND c.relname = {Quote.Literal(o.Name.Name)}
            """));

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
