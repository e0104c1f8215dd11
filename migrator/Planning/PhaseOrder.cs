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
            string advice = $"{contract.FileName} has to run first. Deploy the version that added it, and run 'migrate up --phase contract' after its rollout. Then deploy this version. If no version of this application runs yet, run 'migrate up' without --phase once.";
            ILookup<bool, CheckedScript> later = scripts.Where(s => s.Script.Version?.CompareTo(contract.Version) > 0).ToLookup(s => s.After.Any(a => a.Version.Equals(contract.Version)));
            foreach (CheckedScript script in later[true])
            {
                SourcePosition position = script.After.First(a => a.Version.Equals(contract.Version)).Position;
                yield return Problem(script.Script, position, $"{script.Script.FileName} must run after {contract.FileName}, which is pending", advice);
            }

            foreach ((Script script, RemovedName name, SourcePosition position) in FindNaming(contract, later[false].Select(s => s.Script), placeholders))
            {
                yield return Problem(script, position, $"{script.FileName} names {name}, which the pending contract script {contract.FileName} removes", advice);
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
        => from contract in plan.Pending
           where contract.Phase == ScriptPhase.Contract
           let later = plan.Scripts.Where(s => s is { State: ScriptState.Applied, Phase: ScriptPhase.Expand } && s.Version?.CompareTo(contract.Version) > 0).Select(s => s.Script!)
           from found in FindNaming(contract, later, placeholders)
           select Problem(
               found.Script,
               found.Position,
               $"{contract.FileName} removes {found.Name}, which {found.Script.FileName} names, and {found.Script.FileName} is applied already",
               $"In development, {contract.FileName} runs first. Give it a version above all scripts of the folder.");

    // The scripts that name what a contract script removes, with the place of the first name.
    private static IEnumerable<(Script Script, RemovedName Name, SourcePosition Position)> FindNaming(Script contract, IEnumerable<Script> later, PlaceholderValues? placeholders)
    {
        List<RemovedName>? removed = null;
        foreach (Script script in later)
        {
            removed ??= RemovedName.Of(contract, placeholders);
            if (removed.Count > 0 && FindNamed(script, removed, placeholders) is var (name, position))
            {
                yield return (script, name, position);
            }
        }
    }

    private static (RemovedName Name, SourcePosition Position)? FindNamed(Script script, List<RemovedName> removed, PlaceholderValues? placeholders)
    {
        using var reader = new ScriptReader(script, placeholders);
        while (reader.Read() is { } statement)
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

    private static Problem Problem(Script script, SourcePosition position, string message, string advice)
        => new(ProblemId, message) { Script = script.FileName, Position = position, Advice = advice };

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
