using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Migrator.Database;

/// <summary>
/// What a failure means for the caller, by SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html).
/// </summary>
internal static class SqlStates
{
    public const string LockNotAvailable = "55P03";
    public const string DeadlockDetected = "40P01";
    public const string QueryCanceled = "57014";
    public const string UndefinedTable = "42P01";
    public const string InsufficientPrivilege = "42501";
    public const string InvalidParameterValue = "22023";

    /// <summary>The server is there, but rejects these settings for good: wrong password, unknown role or database.</summary>
    public static bool IsRejectedLogin(string? state) => state is "28P01" or "28000" or "3D000";

    /// <summary>
    /// The server is not ready, is going away or has no connection left: it may be there in a moment. It says so with FATAL and
    /// hangs up; the same states as an ERROR come from another server (dblink, postgres_fdw) or a RAISE, and are the script's.
    /// </summary>
    public static bool IsServerGone(PostgresException e) => e.InvariantSeverity is "FATAL" or "PANIC" && IsServerGone(e.SqlState);

    private static bool IsServerGone(string? state)
        => state is "53300" or "57P01" or "57P02" or "57P03" or "57P05"
        // 08P01 is said of a statement that asks for parameters, too.
        || (state != "08P01" && state?.StartsWith("08", StringComparison.Ordinal) == true);

    /// <summary>What the server answered, also when one of several hosts did.</summary>
    public static PostgresException? ServerAnswer(Exception e) => e switch
    {
        PostgresException server => server,
        AggregateException several => several.Flatten().InnerExceptions.Select(ServerAnswer).FirstOrDefault(a => a is not null),
        { InnerException: { } inner } => ServerAnswer(inner),
        _ => null,
    };

    /// <summary>A lock was not to be had: the same statement may go through later.</summary>
    public static bool IsLockConflict(string? state) => state is LockNotAvailable or DeadlockDetected;

    /// <summary>Whether the connection failed, as opposed to a statement on it.</summary>
    public static bool IsConnectionLoss(Exception e) => e switch
    {
        PostgresException server => IsServerGone(server),
        NpgsqlException { InnerException: AuthenticationException } => false,
        NpgsqlException or SocketException or IOException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };
}
