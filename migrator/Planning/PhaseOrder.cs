using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Lexing;

namespace Migrator.Planning;

/// <summary>
/// Finds expand scripts that would run before a pending contract script with a lower version, although they need it: the order in production can differ
/// from the order of the versions. A script needs a contract script if it names what that one removes, or if its header says so (<c>-- migrate: after 13</c>).
/// </summary>
internal static class PhaseOrder
{
    /// <summary>The id of the problems of <see cref="Check"/>.</summary>
    public const string ProblemId = "contract-order";

    /// <summary>Checks the directives of a script.</summary>
    /// <param name="script">The script.</param>
    /// <param name="plan">The plan that contains the script.</param>
    public static IEnumerable<Problem> CheckDirectives(CheckedScript script, Plan plan)
        => from after in script.After
           let wrong = script.Script.Version is not { } version ? "is only possible in a versioned script"
               : after.Version.CompareTo(version) >= 0 ? $"does not name a lower version than {version}"
               : !plan.Scripts.Any(s => after.Version.Equals(s.Version)) && after.Version.CompareTo(plan.Start) >= 0 ? "names a version that does not exist"
               : null
           where wrong is not null
           select new Problem("directive", $"the directive '-- migrate: after {after.Version}' {wrong}")
           {
               Script = script.Script.FileName,
               Position = after.Position,
               Advice = "Name the version of a script that must run before this one, or remove the line.",
           };

    /// <summary>Checks the pending scripts.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="scripts">Its pending scripts.</param>
    /// <param name="placeholders">The values of placeholders; null replaces no placeholders.</param>
    public static IEnumerable<Problem> Check(Plan plan, IReadOnlyList<CheckedScript> scripts, PlaceholderValues? placeholders)
    {
        foreach (Script contract in plan.Contract.Except(plan.Pending))
        {
            List<CheckedScript> later = [.. scripts.Where(s => s.Script.Version?.CompareTo(contract.Version) > 0)];
            if (later.Count == 0)
            {
                continue;
            }

            List<RemovedName> removed = RemovedName.Of(contract, placeholders);
            foreach (CheckedScript script in later)
            {
                if (script.After.FirstOrDefault(a => a.Version.Equals(contract.Version)) is { Version: not null } after)
                {
                    yield return Problem(script, contract, after.Position, $"must run after {contract.FileName}, which is pending");
                }
                else if (FindNamed(script.Open(), removed) is var (name, position))
                {
                    yield return Problem(script, contract, position, $"names {name}, which the pending contract script {contract.FileName} removes");
                }
            }
        }
    }

    /// <summary>
    /// Checks that no script that is applied already names what a pending contract script with a lower version removes: such a contract script was added late, and in
    /// development it runs first.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="placeholders">The values of placeholders; null replaces no placeholders.</param>
    public static IEnumerable<Problem> CheckApplied(Plan plan, PlaceholderValues? placeholders)
    {
        foreach (Script contract in plan.Pending.Where(s => s.Phase == ScriptPhase.Contract))
        {
            Script[] later = [.. plan.Scripts.Where(s => s is { State: ScriptState.Applied, Phase: ScriptPhase.Expand } && s.Version?.CompareTo(contract.Version) > 0).Select(s => s.Script!)];
            List<RemovedName> removed = later.Length == 0 ? [] : RemovedName.Of(contract, placeholders);
            foreach (Script script in later)
            {
                if (FindNamed(new ScriptReader(script, placeholders), removed) is var (name, position))
                {
                    yield return new Problem(ProblemId, $"{contract.FileName} removes {name}, which {script.FileName} names, and {script.FileName} is applied already")
                    {
                        Script = script.FileName,
                        Position = position,
                        Advice = $"In development, {contract.FileName} runs first. Give it a version above all scripts of the folder.",
                    };
                }
            }
        }
    }

    private static (RemovedName Name, SourcePosition Position)? FindNamed(ScriptReader script, List<RemovedName> removed)
    {
        using ScriptReader reader = script;
        while (removed.Count > 0 && reader.Read() is { } statement)
        {
            var names = new HashSet<string>(StringComparer.Ordinal);
            AddNames(statement.Text, names);
            if (removed.FirstOrDefault(r => r.IsIn(names)) is { } found)
            {
                return (found, statement.Position);
            }
        }

        return null;
    }

    // The names of a statement, also those in the code of a function.
    private static void AddNames(string text, HashSet<string> names)
    {
        for (StatementReader reader = new(text); !reader.AtEnd; reader.Advance())
        {
            if (reader.Current.Kind == SqlTokenKind.DollarString)
            {
                AddNames(reader.Value, names);
            }
            else if (SqlName.Resolve(reader.Current.Kind, reader.CurrentText) is { } name)
            {
                names.Add(name);
            }
        }
    }

    private static Problem Problem(CheckedScript script, Script contract, SourcePosition position, string what) => new(ProblemId, $"{script.Script.FileName} {what}")
    {
        Script = script.Script.FileName,
        Position = position,
        Advice = $"{contract.FileName} has to run first. Deploy the version that added it, and run 'migrate up --phase contract' after its rollout. Then deploy this version. If no version of this application runs yet, run 'migrate up' without --phase once.",
    };

    /// <summary>A name that a contract script removes.</summary>
    /// <param name="Table">The table of a column; null for another object.</param>
    /// <param name="Name">The column, or the object.</param>
    private sealed record RemovedName(string? Table, string Name)
    {
        public static List<RemovedName> Of(Script script, PlaceholderValues? placeholders)
        {
            var names = new List<RemovedName>();
            using var reader = new ScriptReader(script, placeholders);
            while (reader.Read() is { } statement)
            {
                names.AddRange(StatementChanges.Of(statement.Text).Select(Of).OfType<RemovedName>());
            }

            return names;
        }

        public bool IsIn(HashSet<string> names) => names.Contains(Name) && (Table is null || names.Contains(Table));

        public override string ToString() => Table is null ? Name : $"{Table}.{Name}";

        private static RemovedName? Of(SchemaChange change) => change switch
        {
            { Kind: ChangeKind.DropColumn or ChangeKind.RenameColumn, Table: { } table, Column: { } column } => new(table.Name, column),
            { Kind: ChangeKind.DropTable or ChangeKind.RenameTable or ChangeKind.SetSchema, Table: { } table } => new(null, table.Name),
            { Kind: ChangeKind.DropObject or ChangeKind.RenameObject or ChangeKind.DropIndex or ChangeKind.DropConstraint, Name: { } name } => new(null, name.Name),
            _ => null,
        };
    }
}
