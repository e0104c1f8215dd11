using Migrator.Configuration;
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
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{(options.AfterRollout.Count > 0 ? KnownSettings.AfterRollout : KnownSettings.AfterPods).Flag} needs {KnownSettings.Phase.Flag}=contract: expand scripts run before the rollout"));
        }

        if (options.Phase is not null && options.Target is not null)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("usage", $"{KnownSettings.Phase.Flag} cannot be used with {KnownSettings.Target.Flag}"));
        }
    }

    /// <summary>A deployment that runs no contract phase must not leave contract scripts pending without a notice.</summary>
    /// <exception cref="MigrateException">Contract scripts are pending, and <c>--refuse-contract</c> is set (2).</exception>
    public static void ThrowIfContractIsRefused(Plan plan, MigrateOptions options)
    {
        if (options.RefuseContract && plan.Contract.Count > 0)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("contract-refused", $"this deployment runs no contract phase, and contract scripts are pending: {string.Join(", ", plan.Contract.Select(s => s.FileName))}")
            {
                Advice = "If you run 'migrate up --phase contract' yourself after the rollout, set migration.contract.run: manual in the chart, or leave out --refuse-contract.",
            });
        }
    }

    /// <summary>Contract scripts run only after the expand scripts of the folder.</summary>
    /// <exception cref="MigrateException">Expand scripts are pending, and contract scripts would run (5).</exception>
    public static void ThrowIfExpandIsPending(Plan plan, MigrateOptions options)
    {
        if (options.Phase == ScriptPhase.Contract && plan.Contract.Count > 0 && plan.Awaited.Count > 0)
        {
            throw new MigrateException(ExitCode.Pending, new Problem("expand-pending", $"the contract scripts cannot run yet, because expand scripts are pending: {string.Join(", ", plan.Awaited.Select(s => s.FileName))}")
            {
                Advice = "Run 'migrate up --phase expand' and deploy this version first.",
            });
        }
    }
}
