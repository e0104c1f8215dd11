using Migrator.Linting.Rules;
using Migrator.Planning;
using Migrator.Scripts;
using Migrator.Sql.Changes;
using Migrator.Sql.Statements;

namespace Migrator.Linting;

/// <summary>Checks scripts, in the order in which they run, for statements that disturb a running application. Needs no database.</summary>
/// <param name="hasLockTimeout">Whether the run has a <c>--lock-timeout</c>.</param>
/// <param name="tables">The tables that the linted scripts create.</param>
/// <param name="hasContract">Whether the folder has a contract script. Then the phase of a script decides what it may remove.</param>
internal sealed class Linter(bool hasLockTimeout, NewTables tables, bool hasContract = false) : IScriptVisitor
{
    private readonly LintSchema _schema = new(tables);
    private readonly List<Finding> _findings = [];

    // The state for the current script.
    private readonly List<Suppression> _suppressions = [];
    private readonly List<(int Statement, Finding Finding, MissingIn? Missing)> _found = [];
    private Script? _script;
    private int _statements;
    private LintTransaction? _transaction;
    private int _step;
    private bool _hasLockTimeout;

    // The effect of SET LOCAL lock_timeout in the current transaction; null if there is none.
    private bool? _hasLocalLockTimeout;

    // What is missing until a statement of the same transaction restores it.
    private sealed record MissingIn(MissingPart Part, LintTransaction Transaction);

    /// <summary>The findings in the scripts that were read, ordered by script and position.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Reads scripts that run before the linted scripts. The tables that they create are in use.</summary>
    /// <param name="scripts">The scripts.</param>
    /// <param name="placeholders">The values of the placeholders; null leaves the scripts as they are.</param>
    public void AddPrevious(IReadOnlyList<Script> scripts, PlaceholderValues? placeholders)
    {
        foreach (Script script in scripts)
        {
            using var reader = new ScriptReader(script, placeholders);
            tables.Names.StartScript();
            while (reader.Read() is { } statement)
            {
                AddCode(statement);
                foreach (SchemaChange change in tables.Names.Resolve(StatementChanges.Of(statement.Text)))
                {
                    _schema.Add(change, isLinted: false);
                }
            }
        }
    }

    /// <inheritdoc/>
    public string CommentMarker => Suppression.Marker;

    /// <inheritdoc/>
    public void Start(Script script)
    {
        (_script, _statements, _transaction, _hasLockTimeout) = (script, 0, null, hasLockTimeout);
        tables.Names.StartScript();
        _suppressions.Clear();
        _found.Clear();
    }

    /// <inheritdoc/>
    public void Visit(SqlComment comment)
    {
        if (Suppression.Parse(comment) is { } suppression)
        {
            _suppressions.Add(suppression);
        }
    }

    /// <inheritdoc/>
    public void Visit(AnalyzedStatement analyzed)
    {
        if (_transaction is null || _step != analyzed.Step)
        {
            (_transaction, _step, _hasLocalLockTimeout) = (new LintTransaction(analyzed.IsInTransaction), analyzed.Step, null);
            tables.Names.StartTransaction();
        }

        IReadOnlyList<SchemaChange> changes = tables.Names.Resolve(analyzed.Changes);
        if (changes.LastOrDefault(c => c.Kind == ChangeKind.SetLockTimeout) is { } set)
        {
            SetLockTimeout(set);
        }

        Check(analyzed.Statement, changes, _transaction, LintRules.StatementChecks);
        foreach (CodeStatement code in CodeStatements.Of(analyzed.Statement.Text))
        {
            Check(analyzed.Statement, code, _transaction);
        }

        if (EnumChange.Of(analyzed.Statement.Text) is { } enumChange)
        {
            _transaction.Add(enumChange);
        }

        AddCode(analyzed.Statement);
        _statements++;
    }

    /// <inheritdoc/>
    public void End()
    {
        var used = new HashSet<(Suppression, string)>();
        var all = new List<Finding>();
        foreach ((int statement, Finding finding, _) in _found)
        {
            Suppression? allowed = _suppressions.Find(s => s.Statement == statement && s.Rules.Contains(finding.Rule.Id));
            if (allowed is not null)
            {
                used.Add((allowed, finding.Rule.Id));
            }

            all.Add(finding with { AllowedBecause = allowed?.Reason });
        }

        all.AddRange(_suppressions.SelectMany(s => CheckSuppression(s, used)));
        _findings.AddRange(all.OrderBy(f => f.Position));
    }

    // A DO block is one statement for PostgreSQL's transactions, and for suppression comments.
    private void Check(SqlStatement statement, CodeStatement code, LintTransaction transaction)
    {
        if (code.Text is null)
        {
            _found.Add((_statements, CreateFinding(statement, [], new RuleMatch(TransactionRules.Unseen, "EXECUTE builds its statement when the DO block runs, so lint cannot check it", new SchemaChange(ChangeKind.Other) { Offset = code.Offset })), null));
            return;
        }

        IReadOnlyList<SchemaChange> changes = tables.Names.Resolve([.. StatementChanges.Of(code.Text).Select(c => c with { Offset = c.Offset + code.Offset })]);
        Check(statement, changes, transaction, LintRules.ChangeChecks);
    }

    private void Check(SqlStatement statement, IReadOnlyList<SchemaChange> changes, LintTransaction transaction, IReadOnlyList<Func<LintedStatement, IEnumerable<RuleMatch>>> checks)
    {
        var linted = new LintedStatement(statement, changes, transaction, _schema, _hasLocalLockTimeout ?? _hasLockTimeout, hasContract ? _script!.Phase : null);
        foreach (RuleMatch match in PhaseRules.WithoutReplaced([.. checks.SelectMany(check => check(linted))], linted.Phase))
        {
            _found.Add((_statements, CreateFinding(statement, changes, match), match.Missing is { } part ? new MissingIn(part, transaction) : null));
        }

        foreach (SchemaChange change in changes)
        {
            foreach (SchemaChange locked in _schema.ImpliedLocks(change).Prepend(change).Where(linted.IsInUse))
            {
                transaction.Add(locked);
            }

            // An object that is dropped and created again in the same script is not missing when the script has ended.
            if ((change.Kind == ChangeKind.CreateObject ? change.Name : change.Kind == ChangeKind.CreateTable ? change.Table : null) is { } created)
            {
                _found.RemoveAll(f => f.Finding.Rule == CompatibilityRules.DropObject && f.Finding.Object == created);
            }

            if (MissingPart.RestoredBy(change) is { } restored)
            {
                _found.RemoveAll(f => f.Missing is { } missing && missing.Transaction == transaction && missing.Part == restored);
            }

            _schema.Add(change, isLinted: true);
        }
    }

    // RESET and DEFAULT return to the value of the server, which is usually no limit. Only migrate then sets its own limit again.
    private void SetLockTimeout(SchemaChange set)
    {
        bool isOn = !LockTimeoutReader.IsDefault(set.Expression) && !LockTimeoutReader.IsOff(set.Expression);
        if (set.IsLocal)
        {
            _hasLocalLockTimeout = isOn;
        }
        else
        {
            (_hasLockTimeout, _hasLocalLockTimeout) = (isOn, null);
        }
    }

    private void AddCode(SqlStatement statement)
    {
        if (ProceduralCode.Of(statement.Text) is { } code)
        {
            _schema.Add(code);
        }
    }

    private Finding CreateFinding(SqlStatement statement, IReadOnlyList<SchemaChange> changes, RuleMatch match) => new(
        match.Rule,
        match.Severity ?? match.Rule.Severity,
        match.Message,
        _script!,
        statement.PositionAt(match.Change?.Offset ?? 0))
    {
        Table = match.Change?.Table ?? _schema.NewTables.TableOf(match.Change?.Name),
        Index = match.Change switch { { Table: null, ObjectType: null } => match.Change.Name, { IsUsingIndex: true } => match.Change.Other, _ => null },
        Object = match.Change is { ObjectType: not null } ? match.Change.Name : null,
        Column = match.Change?.Column,
        Type = match.Type,
        SaferWay = match.SaferWay ?? match.Rule.SaferWay,
        Question = match.Question,
        DroppedConstraints = match.Question == LintQuestion.IsNotNull ? _schema.DroppedConstraintsOf(match.Change?.Table, changes) : [],
        Statement = statement.Position,
    };

    private IEnumerable<Finding> CheckSuppression(Suppression suppression, HashSet<(Suppression, string)> used)
    {
        Finding Create(LintRule rule, string message) => new(rule, rule.Severity, message, _script!, suppression.Position);

        if (suppression.Reason is null)
        {
            yield return Create(Suppression.WithoutReason, "the comment gives no reason and therefore allows nothing");
        }

        if (suppression.Rules.Count == 0)
        {
            yield return Create(Suppression.Unused, "the comment names no rule");
        }

        foreach (string rule in suppression.Rules.Where(r => !used.Contains((suppression, r))))
        {
            yield return Create(Suppression.Unused, LintRules.All.Any(r => r.Id == rule)
                ? $"the comment allows {rule}, but {(suppression.Statement >= _statements ? "no statement follows it" : "the statement does not break this rule")}"
                : $"there is no rule '{rule}'");
        }
    }
}
