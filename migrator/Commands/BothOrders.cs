using Migrator.Configuration;
using Migrator.Database;
using Migrator.Scripts;
using Npgsql;

namespace Migrator.Commands;

/// <summary>
/// <c>validate --both-orders</c>: applies all scripts to one new database in the order of their versions, as in development, and to another one in phases,
/// as in production. The schemas must be equal.
/// </summary>
internal static class BothOrders
{
    private const int MostLines = 20;

    private static readonly TimeSpan s_dropLimit = TimeSpan.FromSeconds(30);

    /// <summary>Creates the databases, applies the scripts, compares the schemas, and drops the databases.</summary>
    /// <param name="context">The context of the command.</param>
    /// <param name="session">A session on the server.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">
    /// The role must not create databases, or the schemas differ (2), or a script failed in one of the databases (as for <c>up</c>).
    /// </exception>
    public static async Task CompareAsync(CommandContext context, DatabaseSession session, CancellationToken cancellation)
    {
        string prefix = $"migrate_{Guid.NewGuid():N}";
        (string byVersion, string byPhase) = ($"{prefix}_by_version", $"{prefix}_by_phase");
        try
        {
            context.Progress.Info("applying all scripts to a new database, in the order of their versions");
            IReadOnlyList<string> first = await ApplyAsync(context, session, byVersion, [null], cancellation).ConfigureAwait(false);
            context.Progress.Info("applying the expand scripts, then the contract scripts, to another new database");
            IReadOnlyList<string> second = await ApplyAsync(context, session, byPhase, [ScriptPhase.Expand, ScriptPhase.Contract], cancellation).ConfigureAwait(false);
            string[] differences = [.. first.Except(second).Select(l => $"only in the order of versions: {l}"), .. second.Except(first).Select(l => $"only in phases: {l}")];
            if (differences.Length > 0)
            {
                throw new MigrateException(ExitCode.Usage, new Problem("order-matters", "the schema depends on the order of the scripts")
                {
                    Detail = string.Join("\n", differences.Take(MostLines)) + (differences.Length > MostLines ? $"\nand {differences.Length - MostLines} more" : ""),
                    Advice = "Development applies scripts in the order of their versions, and production in phases. Change the scripts that are not applied yet. '-- migrate: after VERSION' makes an expand script wait for a contract script.",
                });
            }
        }
        finally
        {
            using var limit = new CancellationTokenSource(s_dropLimit, context.Time);
            foreach (string database in new[] { byVersion, byPhase })
            {
                await session.SendAsync([$"DROP DATABASE IF EXISTS {Quote.Identifier(database)} WITH (FORCE)"], limit.Token).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> ApplyAsync(
        CommandContext context, DatabaseSession session, string database, IEnumerable<ScriptPhase?> phases, CancellationToken cancellation)
    {
        try
        {
            await session.SendAsync([$"CREATE DATABASE {Quote.Identifier(database)}"], cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-createdb", "the role must not create databases")
            {
                Advice = "Use a server and a role for tests: ALTER ROLE … CREATEDB.",
            }, e);
        }

        MigrateOptions options = context.Options with { Connection = () => context.Options.Connection().WithDatabase(database), MayBeFresh = false };
        foreach (ScriptPhase? phase in phases)
        {
            var part = context with { Command = "up", Options = options with { Phase = phase }, Progress = context.Progress.OfPart() };
            await new UpCommand().Prepare().RunAsync(part, cancellation).ConfigureAwait(false);
        }

        await using DatabaseSession other = await new DatabaseConnector(options, context.Progress, context.Time).ConnectAsync(cancellation).ConfigureAwait(false);
        return await SchemaSnapshot.ReadAsync(other, SideTablesOf(options), cancellation).ConfigureAwait(false);
    }

    private static IEnumerable<string> SideTablesOf(MigrateOptions options) => History.SideTables.NamesOf(options.HistoryTable);
}
