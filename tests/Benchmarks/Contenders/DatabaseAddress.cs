namespace Migrator.Benchmarks.Contenders;

/// <summary>Where a contender finds its database.</summary>
internal sealed record DatabaseAddress(string Host, int Port, string User, string Password, string Database)
{
    /// <summary>As libpq has it. The server speaks no TLS: nobody is to spend a round trip on asking.</summary>
    public string Url => $"postgres://{User}:{Password}@{Host}:{Port}/{Database}?sslmode=disable";

    /// <summary>As Npgsql has it.</summary>
    public string ConnectionString => $"Host={Host};Port={Port};Username={User};Password={Password};Database={Database};SSL Mode=Disable";
}
