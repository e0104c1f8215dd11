using Npgsql;
using Xunit;

namespace Migrator.Tests.Support;

/// <summary>Runs SQL in another session while a migration runs.</summary>
public static class NpgsqlConnectionExtensions
{
    /// <summary>Runs SQL. Several statements are one transaction unless they contain BEGIN.</summary>
    public static async Task ExecuteAsync(this NpgsqlConnection connection, string sql)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
