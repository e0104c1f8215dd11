using Migrator.Configuration;
using Migrator.Database;
using Migrator.Planning;
using Migrator.Scripts;

namespace Migrator.Commands;

/// <summary>The rules of <c>--phase</c>.</summary>
internal static class Phases
{
    /// <summary>Refuses combinations of options of <c>up</c> whose meaning is not clear.</summary>
    /// <exception cref="MigrateException">--phase and --target are both set, or --after-rollout or --after-pods without --phase contract (2).</exception>
    public static void Check(MigrateOptions options)
    {
        if (options.WaitsForPods && options.Phase != ScriptPhase.Contract)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{AfterRollout.FlagOf(options)} needs {KnownSettings.Phase.Flag}=contract: expand scripts run before the rollout"));
        }

        if (options is { Phase: not null, Target: not null, MayBeFresh: true })
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.Phase.Flag} cannot be used with {KnownSettings.Target.Flag}"));
        }
    }

    /// <summary>Gets the scripts that the run can apply.</summary>
    public static RunLockScope ScopeOf(MigrateOptions options) => options.Phase switch
    {
        ScriptPhase.Expand => RunLockScope.Expand,
        ScriptPhase.Contract => RunLockScope.Contract,
        _ => RunLockScope.All,
    };

    /// <summary>Gets the scripts that a plan applies.</summary>
    public static RunLockScope ScopeOf(Plan plan) => plan.Pending.Aggregate(
        default(RunLockScope), (scope, script) => scope | (script.Phase == ScriptPhase.Contract ? RunLockScope.Contract : RunLockScope.Expand));

    /// <summary>A deployment that runs no contract phase must not leave contract scripts pending without a notice.</summary>
    /// <exception cref="MigrateException">Contract scripts are pending, and <c>--refuse-contract</c> is set (2).</exception>
    public static void ThrowIfContractIsRefused(Plan plan, MigrateOptions options)
    {
        string[] left = [.. plan.Contract.Except(plan.Pending).Select(s => s.FileName)];
        if (options.RefuseContract && left.Length > 0)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("contract-refused", $"this deployment runs no contract phase, and contract scripts are pending: {string.Join(", ", left)}")
            {
                Advice = "If you run 'migrate up --phase contract' yourself after the rollout, set migration.contract.run: manual in the chart, or leave out --refuse-contract.",
            });
        }
    }

    /// <summary>Contract scripts run only after the expand scripts of the folder.</summary>
    /// <exception cref="MigrateException">Expand scripts are pending, and contract scripts would run (5).</exception>
    public static void ThrowIfExpandIsPending(Plan plan, MigrateOptions options)
    {
        if (options.Phase == ScriptPhase.Contract && plan.Contract.Count > 0 && plan.Awaited.Except(plan.Pending).ToArray() is { Length: > 0 } expand)
        {
            throw new MigrateException(ExitCode.Pending, new Problem("expand-pending", $"the contract scripts cannot run yet, because expand scripts are pending: {string.Join(", ", expand.Select(s => s.FileName))}")
            {
                Advice = "Run 'migrate up --phase expand' and deploy this version first.",
            });
        }
    }

    /// <summary>A repeatable script whose object a contract script has dropped runs again, unless a newer release has changed it meanwhile.</summary>
    /// <exception cref="MigrateException">The script of a newer version must run again (5).</exception>
    public static void ThrowIfRepeatablesAreLeft(Plan plan, MigrateOptions options)
    {
        if (options.Phase == ScriptPhase.Contract && plan.Contract.Count == 0 && plan.Scripts.Where(s => s.Entry?.RepeatedChecksum is not null && !plan.Pending.Contains(s.Script)).Select(s => s.FileName).ToArray() is { Length: > 0 } left)
        {
            throw new MigrateException(ExitCode.Pending, new Problem("repeatables-left", $"the contract scripts have dropped objects of repeatable scripts, which a newer version has also changed: {string.Join(", ", left)}")
            {
                Advice = "Run 'migrate up --phase expand' of the newer version now. It runs them again.",
            });
        }
    }
}
