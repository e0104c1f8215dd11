using Npgsql;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>What another session does while a migration runs.</summary>
public static class NpgsqlConnectionExtensions
{
    /// <summary>Runs SQL; several statements stand or fall together unless they say BEGIN.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
