using Migrator.Configuration;
using Migrator.Database;
using Migrator.History;
using Migrator.Planning;
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
    /// <param name="scripts">The scripts of the folders.</param>
    /// <param name="session">A session on the server.</param>
    /// <param name="cancellation">Cancels the running statement on the server.</param>
    /// <exception cref="MigrateException">
    /// The role must not create databases, or the schemas differ (2), or a script failed in one of the databases (as for <c>up</c>).
    /// </exception>
    public static async Task CompareAsync(CommandContext context, ScriptSet scripts, DatabaseSession session, CancellationToken cancellation)
    {
        string prefix = $"migrate_{Guid.NewGuid():N}";
        (string byVersion, string byPhase) = ($"{prefix}_by_version", $"{prefix}_by_phase");
        try
        {
            context.Progress.Info("applying all scripts to a new database, in the order of their versions");
            IReadOnlyList<string> first = await ReadAsync(context, session, byVersion, o => UpAsync(context, o, cancellation), cancellation).ConfigureAwait(false);
            context.Progress.Info("applying the expand scripts, then the contract scripts, to another new database");
            IReadOnlyList<string> second = await ReadAsync(context, session, byPhase, o => UpInPhasesAsync(context, scripts, o, cancellation), cancellation).ConfigureAwait(false);
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
                try
                {
                    await session.SendAsync([$"DROP DATABASE IF EXISTS {Quote.Identifier(database)} WITH (FORCE)"], limit.Token).ConfigureAwait(false);
                }
                catch (Exception e) when (e is NpgsqlException or IOException or OperationCanceledException)
                {
                    context.Progress.Info($"the database {database} could not be dropped: {ForeignText.Of(e.Message)}");
                }
            }
        }
    }

    private static Task UpAsync(CommandContext context, MigrateOptions options, CancellationToken cancellation)
        => new UpCommand().Prepare().RunAsync(context with { Command = "up", Options = options, Progress = context.Progress.OfPart() }, cancellation);

    // A script that needs a contract script belongs to a later release: the scripts before it are then applied completely.
    private static async Task UpInPhasesAsync(CommandContext context, ScriptSet scripts, MigrateOptions options, CancellationToken cancellation)
    {
        ScriptVersion? complete = null;
        while (true)
        {
            try
            {
                await UpAsync(context, options with { Phase = ScriptPhase.Expand }, cancellation).ConfigureAwait(false);
                await UpAsync(context, options with { Phase = ScriptPhase.Contract }, cancellation).ConfigureAwait(false);
                return;
            }
            catch (MigrateException e) when (e.Problems.FirstOrDefault(p => p.Id == PhaseOrder.ProblemId) is { } problem)
            {
                ScriptVersion later = scripts.Versioned.First(s => s.FileName == problem.Script).Version!;
                ScriptVersion? before = scripts.Versioned.Select(s => s.Version!).Where(v => v.CompareTo(later) < 0).Max();
                if (before is null || before.Equals(complete))
                {
                    throw;
                }

                complete = before;
                await UpAsync(context, options with { Phase = ScriptPhase.Expand, Target = before }, cancellation).ConfigureAwait(false);
                await UpAsync(context, options with { Phase = ScriptPhase.Contract, Target = before }, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(
        CommandContext context, DatabaseSession session, string database, Func<MigrateOptions, Task> applyAsync, CancellationToken cancellation)
    {
        try
        {
            // Other roles can have created objects in template1, and must not connect.
            await session.SendAsync([$"CREATE DATABASE {Quote.Identifier(database)} TEMPLATE template0 ALLOW_CONNECTIONS false"], cancellation).ConfigureAwait(false);
            await session.SendAsync([$"REVOKE ALL ON DATABASE {Quote.Identifier(database)} FROM PUBLIC"], cancellation).ConfigureAwait(false);
            await session.SendAsync([$"ALTER DATABASE {Quote.Identifier(database)} ALLOW_CONNECTIONS true"], cancellation).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == SqlStates.InsufficientPrivilege)
        {
            throw new MigrateException(ExitCode.Usage, new Problem("no-createdb", "the role must not create databases")
            {
                Advice = "Use a server and a role for tests: ALTER ROLE … CREATEDB.",
            }, e);
        }

        MigrateOptions options = context.Options with { Connection = () => context.Options.Connection().WithDatabase(database), MayBeFresh = false };
        await applyAsync(options).ConfigureAwait(false);
        await using DatabaseSession other = await new DatabaseConnector(options, context.Progress, context.Time).ConnectAsync(cancellation).ConfigureAwait(false);
        return await SchemaSnapshot.ReadAsync(other, SideTables.NamesOf(options.HistoryTable), cancellation).ConfigureAwait(false);
    }
}
