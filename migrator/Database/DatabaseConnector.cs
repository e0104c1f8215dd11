using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Migrator.Configuration;
using Npgsql;

namespace Migrator.Database;

/// <summary>Waits for the database and opens the run's session.</summary>
/// <param name="options">The options.</param>
/// <param name="progress">Receives a message when the run waits for the database.</param>
/// <param name="time">The clock.</param>
internal sealed class DatabaseConnector(MigrateOptions options, IProgress progress, TimeProvider time)
{
    private const string ScramOnly = "ScramSHA256";

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The task that completes before the first message about a wait is reported. Its failure ends the wait, so errors
    /// in the scripts are reported before connection problems. Default: a completed task.
    /// </summary>
    public Task ReportAfter { get; init; } = Task.CompletedTask;

    /// <summary>
    /// Connects to the database. Retries until the database answers, <see cref="MigrateOptions.ConnectWait"/> has
    /// passed, or the server rejects the login (unless <see cref="MigrateOptions.RetryLogin"/> is set).
    /// </summary>
    /// <exception cref="MigrateException">The database did not answer in time (3), or rejects the settings (2).</exception>
    public async Task<DatabaseSession> ConnectAsync(CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        TimeSpan pause = FirstPause;
        string reportedReason = "";
        while (true)
        {
            ConnectionSettings connection = options.Connection();
            NpgsqlConnectionStringBuilder settings = Settings(connection);
            Exception cause;
            try
            {
                return await LogInAsync(connection, settings, AttemptLimit(connection, settings, start), cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (SqlStates.FindServerError(e) is { } answer && !SqlStates.IsServerUnavailable(answer))
            {
                // The password may have been changed during the wait. The mounted Secret contains the new password now
                // or will soon, so the connector retries when the settings have changed.
                if (!SqlStates.IsRejectedLogin(answer.SqlState)
                    || (!options.RetryLogin && Settings(options.Connection()).ConnectionString == settings.ConnectionString))
                {
                    throw DatabaseProblems.Rejected(settings, answer);
                }

                cause = answer;
            }
            catch (Exception e) when (IsTlsRejection(e))
            {
                throw DatabaseProblems.Rejected(
                    settings, e, await TlsDiagnosis.DiagnoseAsync(settings, connection, time, cancellation).ConfigureAwait(false));
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
                throw cause is PostgresException rejection && SqlStates.IsRejectedLogin(rejection.SqlState)
                    ? DatabaseProblems.StillRejected(settings, waited, rejection)
                    : DatabaseProblems.Unreachable(settings, waited, cause);
            }

            await ReportAfter.WaitAsync(cancellation).ConfigureAwait(false);
            string reason = DatabaseProblems.Reason(cause) ?? "";
            if (reason != reportedReason)
            {
                progress.Waiting($"waiting for the {DatabaseProblems.Describe(settings)}: {ForeignText.Of(reason)}");
                reportedReason = reason;
            }

            await Task.Delay(pause, time, cancellation).ConfigureAwait(false);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // PostgreSQL stores the SCRAM hash of the password that SASLprep has prepared, but the MD5 hash of the password as it is. So if SASLprep changes the password,
    // the first attempt uses the prepared password, and accepts only SCRAM. Most passwords are ASCII, which SASLprep does not change: one attempt is enough.
    private async Task<DatabaseSession> LogInAsync(
        ConnectionSettings connection, NpgsqlConnectionStringBuilder settings, TimeSpan attempt, CancellationToken cancellation)
    {
        if (IsChangedBySaslPrep(settings) && AllowsScram(settings.RequireAuth))
        {
            var scram = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { RequireAuth = ScramOnly };
            if (scram.Password is { } password)
            {
                scram.Password = SaslPrep.Prepare(password);
            }

            try
            {
                return await OpenAsync(connection, scram, attempt, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (IsMisconfiguration(e))
            {
                // The server asks for another method.
            }
        }

        return await OpenAsync(connection, settings, attempt, cancellation).ConfigureAwait(false);
    }

    // Npgsql reads the password file only if there is no password.
    private static bool IsChangedBySaslPrep(NpgsqlConnectionStringBuilder settings)
        => (settings.Password is { } password ? [password] : PasswordFile.Passwords(settings.Passfile)).Any(p => SaslPrep.Prepare(p) != p);

    private static bool AllowsScram(string? requireAuth)
    {
        string[] methods = (requireAuth ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isNamed = methods.Any(m => m.TrimStart('!').Equals(ScramOnly, StringComparison.OrdinalIgnoreCase));
        return methods.Length == 0 || isNamed != methods[0].StartsWith('!');
    }

    private async Task<DatabaseSession> OpenAsync(
        ConnectionSettings connection, NpgsqlConnectionStringBuilder settings, TimeSpan attempt, CancellationToken cancellation)
    {
        var attemptSettings = new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Timeout = Math.Max(1, (int)Math.Ceiling(attempt.TotalSeconds)),
        };

        bool usesPreparedFile = settings.Password is null && settings.RequireAuth == ScramOnly && IsChangedBySaslPrep(settings);
        if (usesPreparedFile)
        {
            // Npgsql accepts either a password file or a provider.
            attemptSettings.Passfile = null;
        }

        // The slim builder leaves out data types that migrate never reads, which keeps the executable small.
        var builder = new NpgsqlSlimDataSourceBuilder(attemptSettings.ConnectionString);
        builder.EnableTransportSecurity();
        builder.UseSslClientAuthenticationOptionsCallback(handshake => TlsSettings.Apply(handshake, connection));
        if (TlsSettings.TrustsSystem(connection))
        {
            // Without this callback, Npgsql reads the file that PGSSLROOTCERT names, or ~/.postgresql/root.crt.
            builder.UseRootCertificatesCallback(SystemRoots);
        }

        if (usesPreparedFile)
        {
            builder.UsePasswordProvider(s => PreparedPassword(settings.Passfile, s), (s, _) => ValueTask.FromResult(PreparedPassword(settings.Passfile, s)));
        }

        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        NpgsqlDataSource source = IsMultiHost(settings) ? builder.BuildMultiHost() : builder.Build();
        try
        {
            return new DatabaseSession(source, await source.OpenConnectionAsync(cancellation).ConfigureAwait(false), settings, time);
        }
        catch
        {
            await source.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // As in libpq, a password file names the default folder of Unix sockets localhost.
    private static string PreparedPassword(string? file, NpgsqlConnectionStringBuilder settings)
        => SaslPrep.Prepare(PasswordFile.Find(
            file,
            settings.Host is { } host && !TlsSettings.IsSocket(host) ? host : "localhost",
            settings.Port.ToString(CultureInfo.InvariantCulture),
            settings.Database ?? "",
            settings.Username ?? "") ?? "");

    private static X509Certificate2Collection SystemRoots()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        return store.Certificates;
    }

    private static NpgsqlConnectionStringBuilder Settings(ConnectionSettings connection)
    {
        NpgsqlConnectionStringBuilder settings = connection.ToNpgsql();
        // The run lock belongs to the session: the session must be neither pooled, nor enlisted in a transaction, nor
        // timed out.
        settings.Pooling = false;
        settings.Enlist = false;
        settings.CommandTimeout = 0;
        // Npgsql uses prepared statements only if automatic preparation is enabled. These values enable it, but never
        // prepare a statement automatically.
        settings.MaxAutoPrepare = 1;
        settings.AutoPrepareMinUsages = int.MaxValue;
        settings.IncludeErrorDetail = true;
        settings.IncludeFailedBatchedCommand = true;
        // Scripts are UTF-8. A value in the startup packet has priority over the settings of the role, of the database and of PGOPTIONS, and RESET restores it.
        settings.ClientEncoding = "UTF8";
        settings.GssEncryptionMode = GssEncryptionMode.Disable;
        settings.Host ??= "localhost";
        settings.Username ??= Environment.UserName;
        settings.Database ??= settings.Username;
        settings.ApplicationName ??= ApplicationName();
        if (IsMultiHost(settings))
        {
            // A standby is read-only. With several hosts, the run needs the primary.
            settings.TargetSessionAttributes ??= "prefer-primary";
        }
        else
        {
            // With one host, Npgsql rejects every other value. libpq accepts them, so the user may have set one.
            settings.TargetSessionAttributes = "any";
        }

        IEnumerable<string> hosts = settings.Host.Split(',');
        if (hosts.All(TlsSettings.IsSocket))
        {
            // "sslmode is ignored for Unix domain socket communication"
            settings.SslMode = SslMode.Disable;
            settings.SslNegotiation = SslNegotiation.Postgres;
        }

        // Setting keepalive on a Unix domain socket is an error.
        settings.TcpKeepAlive = !hosts.Any(TlsSettings.IsSocket) && (settings.TcpKeepAlive || connection["keepalives"] is null);
        if (settings.TcpKeepAlive)
        {
            settings.TcpKeepAliveTime = settings.TcpKeepAliveTime == 0 ? 30 : settings.TcpKeepAliveTime;
            settings.TcpKeepAliveInterval = settings.TcpKeepAliveInterval == 0 ? 10 : settings.TcpKeepAliveInterval;
        }

        return settings;
    }

    private static bool IsMultiHost(NpgsqlConnectionStringBuilder settings) => settings.Host!.Contains(',', StringComparison.Ordinal);

    // In a pod, the machine name is the pod's name. A run that waits for the lock prints it as the holder.
    private static string ApplicationName()
    {
        string name = $"migrate ({Environment.MachineName})";
        return name.Length <= 63 ? name : name[..63];
    }

    // The time limit of one attempt. --connect-wait=0s means one attempt with the usual limit. Otherwise an attempt ends
    // when the wait ends, even if connect_timeout is longer.
    private TimeSpan AttemptLimit(ConnectionSettings connection, NpgsqlConnectionStringBuilder settings, long start)
    {
        TimeSpan usual = connection["connect_timeout"] is null ? AttemptTimeout : TimeSpan.FromSeconds(settings.Timeout);
        TimeSpan? left = options.ConnectWait - time.GetElapsedTime(start);
        return left > TimeSpan.Zero && (left < usual || usual == TimeSpan.Zero) ? left.Value
            : usual == TimeSpan.Zero ? AttemptTimeout
            : usual;
    }

    // With several hosts, all of them must fail with a TLS error: an unreachable host may still come up and be trusted.
    private static bool IsTlsRejection(Exception e) => e switch
    {
        NpgsqlException { InnerException: AuthenticationException } => true,
        NpgsqlException { InnerException: AggregateException several } => several.InnerExceptions.All(IsTlsRejection),
        _ => false,
    };

    // The server sends its TLS alert after the handshake, but often closes the connection before the alert arrives.
    // Such a failure looks like a lost connection and is retried.
    private static bool IsOurCertificateRejected(NpgsqlConnectionStringBuilder settings, Exception e)
        => settings.SslCertificate is not null && e.GetBaseException() is CryptographicException;

    // Errors that Npgsql raises itself, without a network error as the cause: a missing password, TLS that is required but
    // not available, contradicting keywords.
    private static bool IsMisconfiguration(Exception e) => e switch
    {
        PostgresException => false,
        NpgsqlException { InnerException: AggregateException several } => several.InnerExceptions.Any(IsMisconfiguration),
        NpgsqlException { InnerException: null } => true,
        ArgumentException or NotSupportedException or CryptographicException => true,
        _ => false,
    };
}
