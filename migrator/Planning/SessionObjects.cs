using Migrator.Sql.Lexing;
using Migrator.Sql.Statements;

namespace Migrator.Planning;

/// <summary>
/// Finds statements of an <c>-- evolve-tx-off</c> script that use a session object, such as a temporary table, that an earlier step created. Such an object
/// ends with its session. If another run resumes the script at such a statement, the statement fails.
/// </summary>
internal sealed class SessionObjects
{
    private const string AdvisoryLock = "session-level advisory lock";

    private readonly Dictionary<string, (int Step, string Kind)> _created = new(StringComparer.Ordinal);
    private int? _lockStep;

    /// <summary>Adds the next statement of the script.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="step">The number of the step that the statement belongs to.</param>
    /// <returns>A description of the object that the statement needs, such as <c>temporary table a</c>; null for none.</returns>
    public string? Add(SqlStatement statement, int step)
    {
        string? used = Used(statement.Text, step);
        Create(statement.Text, step);
        return used;
    }

    private string? Used(string text, int step)
    {
        bool releasesLock = false;
        string? used = null;
        StatementReader reader = new(text);
        bool drops = reader.Is("drop") || reader.Is("deallocate") || reader.Is("close");
        for (bool afterDot = false; !reader.AtEnd; reader.Advance())
        {
            string? name = SqlName.Resolve(reader.Current.Kind, reader.CurrentText);
            releasesLock |= name?.StartsWith("pg_advisory_unlock", StringComparison.Ordinal) == true;
            if (name is not null && !afterDot && _created.TryGetValue(name, out (int Step, string Kind) created))
            {
                used ??= created.Step < step ? $"{created.Kind} {name}" : null;
                if (drops && created.Step == step)
                {
                    _created.Remove(name);
                }
            }

            // In t.a, a is a column. In pg_temp.a, a is a table.
            afterDot = reader.CurrentText is "." && afterDot is false && !text.AsSpan(0, reader.Current.Start).EndsWith("pg_temp", StringComparison.OrdinalIgnoreCase);
        }

        if (_lockStep is { } locked && locked < step)
        {
            _lockStep = null;
            used ??= releasesLock ? null : AdvisoryLock;
        }

        return used;
    }

    private void Create(string text, int step)
    {
        StatementReader reader = new(text);
        if (reader.Skip("create"))
        {
            _ = reader.Skip("or", "replace");
            _ = reader.Skip("global") || reader.Skip("local");
            bool isTemporary = reader.Skip("temp") || reader.Skip("temporary");
            _ = reader.Skip("recursive");
            if (reader.Skip("table") || reader.Skip("view") || reader.Skip("sequence"))
            {
                _ = reader.Skip("if", "not") && reader.Skip("exists");
                AddTemporary(reader.Name(), isTemporary, text, step);
            }
        }
        else if (reader.Is("select") || reader.Is("with"))
        {
            if (reader.SkipTo("into"))
            {
                _ = reader.Skip("global") || reader.Skip("local");
                bool isTemporary = reader.Skip("temp") || reader.Skip("temporary");
                _ = reader.Skip("table");
                AddTemporary(reader.Name(), isTemporary, text, step);
            }
        }
        else if (reader.Skip("prepare"))
        {
            Add(reader.Name(), "prepared statement", step);
        }
        else if (reader.Skip("declare"))
        {
            SqlName? name = reader.Name();
            if (reader.SkipTo("with") && reader.Is("hold"))
            {
                Add(name, "cursor", step);
            }
        }

        if (TakesSessionLock(text))
        {
            _lockStep = step;
        }
    }

    private void AddTemporary(SqlName? name, bool isTemporary, string text, int step)
    {
        StatementReader reader = new(text);
        bool endsWithTransaction = reader.SkipTo("commit") && reader.Is("drop");
        if ((isTemporary || name?.Schema == "pg_temp") && !endsWithTransaction)
        {
            Add(name, "temporary table", step);
        }
    }

    private void Add(SqlName? name, string kind, int step)
    {
        if (name is not null)
        {
            _created[name.Name] = (step, kind);
        }
    }

    private static bool TakesSessionLock(string text)
    {
        if (!text.Contains("advisory_lock", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        for (StatementReader reader = new(text); !reader.AtEnd; reader.Advance())
        {
            if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) is "pg_advisory_lock" or "pg_advisory_lock_shared" or "pg_try_advisory_lock" or "pg_try_advisory_lock_shared")
            {
                return true;
            }
        }

        return false;
    }
}
