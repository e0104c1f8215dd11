using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>Waits for the database and opens the run's session.</summary>
internal sealed class DatabaseConnector(MigrateOptions options, IProgress report, TimeProvider time)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>What has to be done before a person is told that we wait: what goes wrong in it comes first.</summary>
    public Task Before { get; init; } = Task.CompletedTask;

    /// <summary>Tries until the database answers, <see cref="MigrateOptions.ConnectWait"/> is spent or the login is rejected.</summary>
    /// <exception cref="MigrateException">It never answered (3), or refuses these settings (2).</exception>
    public async Task<DatabaseSession> ConnectAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        string told = "";
        while (true)
        {
            NpgsqlConnectionStringBuilder settings = Settings();
            Exception cause;
            try
            {
                return await OpenAsync(settings, AttemptLimit(settings, start), cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (SqlStates.ServerAnswer(e) is { } answer && !SqlStates.IsServerGone(answer))
            {
                // A password that was changed while we waited is in the mounted Secret by now, or soon.
                if (!SqlStates.IsRejectedLogin(answer.SqlState) || Settings().ConnectionString == settings.ConnectionString)
                {
                    throw DatabaseProblems.Rejected(settings, answer);
                }

                cause = answer;
            }
            catch (Exception e) when (IsTlsRejection(e))
            {
                throw DatabaseProblems.Rejected(
                    settings, e, await TlsDiagnosis.AskAsync(settings, TrustsSystem, time, cancellation).ConfigureAwait(false));
            }
            catch (Exception e) when (IsMisconfiguration(e) || IsOurCertificateRejected(settings, e))
            {
                throw DatabaseProblems.Rejected(settings, e);
            }
            catch (Exception e) when (SqlStates.IsConnectionLoss(e))
            {
                cause = e;
            }

            TimeSpan waited = time.GetElapsedTime(start);
            if (options.ConnectWait is { } limit && waited + pause > limit)
            {
                throw DatabaseProblems.Unreachable(settings, waited, cause);
            }

            await Before.WaitAsync(cancellation).ConfigureAwait(false);
            string reason = DatabaseProblems.Reason(cause) ?? "";
            if (reason != told)
            {
                report.Waiting($"waiting for the {DatabaseProblems.Describe(settings)}: {reason}");
                told = reason;
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private bool TrustsSystem => TlsSettings.TrustsSystem(options.Connection());

    private async Task<DatabaseSession> OpenAsync(
        NpgsqlConnectionStringBuilder settings, TimeSpan attempt, CancellationToken cancellation)
    {
        var attemptSettings = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Timeout = Math.Max(1, (int)Math.Ceiling(attempt.TotalSeconds)),
        };

        // The slim builder leaves out what a migrator never reads, which keeps the executable small.
        var builder = new NpgsqlSlimDataSourceBuilder(attemptSettings.ConnectionString);
        builder.EnableTransportSecurity();
        if (TrustsSystem)
        {
            // Otherwise Npgsql looks for a file by itself: the one that PGSSLROOTCERT names, or ~/.postgresql/root.crt.
            builder.UseRootCertificatesCallback(SystemRoots);
        }

        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        NpgsqlDataSource source = IsMultiHost(settings) ? builder.BuildMultiHost() : builder.Build();
        try
        {
            NpgsqlConnection connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            return new DatabaseSession(source, connection, settings, time);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static X509Certificate2Collection SystemRoots()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return store.Certificates;
    }

    private NpgsqlConnectionStringBuilder Settings()
    {
        NpgsqlConnectionStringBuilder settings = options.Connection().ToNpgsql();
        // Each is needed for the lock to live and die with the run.
        settings.Pooling = false;
        settings.Enlist = false;
        settings.CommandTimeout = 0;
        // Npgsql looks for statements that are prepared only where it may prepare some by itself; it never shall.
        settings.MaxAutoPrepare = 1;
        settings.AutoPrepareMinUsages = int.MaxValue;
        settings.IncludeErrorDetail = true;
        settings.IncludeFailedBatchedCommand = true;
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Host ??= "localhost";
        settings.Username ??= Environment.UserName;
        settings.Database ??= settings.Username;
        settings.ApplicationName ??= ApplicationName();
        if (IsMultiHost(settings))
        {
            // A standby takes no migration: of several hosts the one that does is meant.
            settings.TargetSessionAttributes ??= "prefer-primary";
        }
        else
        {
            // Npgsql refuses any other for one host, where there is nothing to choose; libpq does not.
            settings.TargetSessionAttributes = "any";
        }

        IEnumerable<string> hosts = settings.Host.Split(',');
        if (hosts.All(IsSocket))
        {
            // "sslmode is ignored for Unix domain socket communication"
            settings.SslMode = SslMode.Disable;
            settings.SslNegotiation = SslNegotiation.Postgres;
        }

        // On a socket the option is an error.
        if (!hosts.Any(IsSocket))
        {
            settings.TcpKeepAlive = true;
            settings.TcpKeepAliveTime = 30;
            settings.TcpKeepAliveInterval = 10;
        }

        return settings;
    }

    private static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    private static bool IsMultiHost(NpgsqlConnectionStringBuilder settings) => settings.Host!.Contains(',', StringComparison.Ordinal);

    // In a pod HOSTNAME is the pod's name: whoever waits for the lock reads who holds it.
    private static string ApplicationName()
    {
        string name = $"migrate ({Environment.MachineName})";
        return name.Length <= 63 ? name : name[..63];
    }

    // A try that begins is given a fair time: 0s means one try, not none. It ends with the wait, whatever connect_timeout says.
    private TimeSpan AttemptLimit(NpgsqlConnectionStringBuilder settings, long start)
    {
        TimeSpan usual = options.Connection()["connect_timeout"] is null ? AttemptTimeout : TimeSpan.FromSeconds(settings.Timeout);
        TimeSpan? left = options.ConnectWait - time.GetElapsedTime(start);
        return left > TimeSpan.Zero && (left < usual || usual == TimeSpan.Zero) ? left.Value
            : usual == TimeSpan.Zero ? AttemptTimeout
            : usual;
    }

    // Of several hosts, one that is not there may come, and be trusted.
    private static bool IsTlsRejection(Exception e) => e switch
    {
        NpgsqlException { InnerException: AuthenticationException } => true,
        NpgsqlException { InnerException: AggregateException several } => several.InnerExceptions.All(IsTlsRejection),
        _ => false,
    };

    // The server's alert comes after the handshake, and is often overtaken by its hanging up: then it is one more try.
    private static bool IsOurCertificateRejected(NpgsqlConnectionStringBuilder settings, Exception e)
        => settings.SslCertificate is not null && e.GetBaseException() is CryptographicException;

    // What Npgsql says by itself, without a cause in the network: no password where one is asked for, no TLS where it is
    // required, keywords that contradict each other.
    private static bool IsMisconfiguration(Exception e) => e switch
    {
        PostgresException => false,
        NpgsqlException { InnerException: AggregateException several } => several.InnerExceptions.Any(IsMisconfiguration),
        NpgsqlException { InnerException: null } => true,
        ArgumentException or NotSupportedException or CryptographicException => true,
        _ => false,
    };
}
