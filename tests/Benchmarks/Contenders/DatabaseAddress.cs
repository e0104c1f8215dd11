namespace Migrator.Benchmarks.Contenders;

/// <summary>The address of a contender's database.</summary>
internal sealed record DatabaseAddress(string Host, int Port, string User, string Password, string Database)
{
    /// <summary>
    /// The address for libpq. TLS is disabled, because the server does not support it and a request for it would cost a
    /// round trip.
    /// </summary>
    public string Url => $"postgres://{User}:{Password}@{Host}:{Port}/{Database}?sslmode=disable";

    /// <summary>The address for Npgsql.</summary>
    public string ConnectionString => $"Host={Host};Port={Port};Username={User};Password={Password};Database={Database};SSL Mode=Disable";
}
