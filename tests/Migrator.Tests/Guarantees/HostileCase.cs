using System.Text;

namespace Migrator.Tests.Guarantees;

/// <summary>A script that must fail, with the expected error.</summary>
/// <param name="Id">A description of the error.</param>
/// <param name="File">The script's name.</param>
/// <param name="Content">The script's bytes.</param>
/// <param name="ExitCode">The exit code of <c>up</c>.</param>
/// <param name="Place">Line and column, <c>3:1</c>, or a line, <c>3:</c>; null if the error concerns the whole file.</param>
/// <param name="Advice">A part of the advice.</param>
internal sealed record HostileCase(string Id, string File, byte[] Content, int ExitCode, string? Place, string Advice)
{
    /// <summary>A script with an invalid name.</summary>
    public static HostileCase Name(string file, string advice = "Name the script V<version>__<description>.sql")
        => new($"name {file}", file, "SELECT 1;"u8.ToArray(), 2, null, advice);

    /// <summary>A script that is refused before any script runs.</summary>
    public static HostileCase Text(string text, string place, string advice) => Of(text, 2, place, advice);

    /// <summary>A script with an error that only the server can detect.</summary>
    public static HostileCase Sql(string text, string? place, string advice = "Fix the script or the data, then run again.")
        => Of(text, 1, place, advice);

    private static HostileCase Of(string text, int exitCode, string? place, string advice)
        => new(text.Length <= 60 ? text : text[..60], "V1__x.sql", Encoding.UTF8.GetBytes(text), exitCode, place, advice);
}
