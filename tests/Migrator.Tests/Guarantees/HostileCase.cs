using System.Text;

namespace Migrator.Tests.Guarantees;

/// <summary>A script that must not go through, and what is to be said of it.</summary>
/// <param name="Id">What is wrong, in words.</param>
/// <param name="File">Its name.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="ExitCode">The exit code of <c>up</c>.</param>
/// <param name="Place">Line and column, <c>3:1</c>, or a line, <c>3:</c>; null when the file as a whole is meant.</param>
/// <param name="Advice">A part of the sentence that says what to do.</param>
internal sealed record HostileCase(string Id, string File, byte[] Content, int ExitCode, string? Place, string Advice)
{
    /// <summary>The name is wrong.</summary>
    public static HostileCase Name(string file, string advice = "Name the script V<version>__<description>.sql")
        => new($"name {file}", file, "SELECT 1;"u8.ToArray(), 2, null, advice);

    /// <summary>The text is refused before anything runs.</summary>
    public static HostileCase Text(string text, string place, string advice) => Of(text, 2, place, advice);

    /// <summary>Only the server can see what is wrong.</summary>
    public static HostileCase Sql(string text, string? place, string advice = "Mend the script or the data, and run it again.")
        => Of(text, 1, place, advice);

    private static HostileCase Of(string text, int exitCode, string? place, string advice)
        => new(text.Length <= 60 ? text : text[..60], "V1__x.sql", Encoding.UTF8.GetBytes(text), exitCode, place, advice);
}
