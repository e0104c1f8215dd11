using System.Text.Json;
using System.Text.RegularExpressions;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Image.Tests;

/// <summary>
/// Checks that every build uses the SDK of <c>global.json</c>, because the lock files contain the versions of its compiler
/// packages.
/// </summary>
public sealed class SdkSpecs
{
    private const int Limit = 10_000;

    [Theory(Timeout = Limit)]
    [InlineData("Dockerfile")]
    [InlineData("samples/Orders/Dockerfile")]
    public async Task The_default_sdk_image_has_the_sdk_of_global_json(string dockerfile)
    {
        var tag = Regex.Match(await ReadAsync(dockerfile), @"^ARG SDK_IMAGE=\S+/sdk:(\d+\.\d+\.\d+)-", RegexOptions.Multiline).Groups[1].Value;

        Assert.Equal(await SdkAsync("version"), tag);
    }

    [Fact(Timeout = Limit)]
    public async Task The_message_for_another_sdk_names_the_version() =>
        Assert.Contains($" {await SdkAsync("version")} ", await SdkAsync("errorMessage"), StringComparison.Ordinal);

    [Fact(Timeout = Limit)]
    public async Task The_workflows_install_the_sdk_of_global_json()
    {
        var workflow = await ReadAsync(".github/workflows/ci.yml");

        Assert.Equal(Regex.Count(workflow, "uses: actions/setup-dotnet@"), Regex.Count(workflow, "global-json-file: global.json"));
        Assert.DoesNotContain("dotnet-version:", workflow, StringComparison.Ordinal);
        // With a value that begins with "latest", setup-dotnet installs the newest SDK instead of this version.
        Assert.Equal("patch", await SdkAsync("rollForward"));
    }

    /// <summary>The SBOM is made from the lock file.</summary>
    [Fact(Timeout = Limit)]
    public async Task The_image_contains_exactly_the_packages_of_the_lock_file()
    {
        var restores = Regex.Matches(await ReadAsync("Dockerfile"), @"^RUN .*dotnet restore .*$", RegexOptions.Multiline);
        var publish = Assert.Single(Regex.Matches(await ReadAsync("Dockerfile"), "dotnet publish .*", RegexOptions.Multiline));

        Assert.EndsWith(" --locked-mode", Assert.Single(restores).Value, StringComparison.Ordinal);
        Assert.Contains(" --no-restore ", publish.Value, StringComparison.Ordinal);
    }

    private static async Task<string> SdkAsync(string property)
    {
        using var json = JsonDocument.Parse(await ReadAsync("global.json"));
        return json.RootElement.GetProperty("sdk").GetProperty(property).GetString()!;
    }

    private static Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(RepositoryRoot.Combine(file), TestContext.Current.CancellationToken);
}
