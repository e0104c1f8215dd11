using Xunit;

namespace Migrator.Tests.Support;

/// <summary>The major versions of PostgreSQL for tests whose result depends on the version.</summary>
public static class PostgresMajors
{
    /// <summary>The oldest and the newest supported version. All of them if MIGRATOR_ALL_POSTGRES is set.</summary>
    public static TheoryData<int> Tested =>
        Environment.GetEnvironmentVariable("MIGRATOR_ALL_POSTGRES") is { Length: > 0 } ? [13, 14, 15, 16, 17, 18] : [13, 18];
}
