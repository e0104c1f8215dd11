using System.Text.RegularExpressions;
using Migrator.Deployment.Tests.Spinnaker.Support;
using Migrator.Tooling;
using Xunit;

namespace Migrator.Deployment.Tests.Spinnaker;

/// <summary>
/// The contract and the rollback pipelines read the tag of the Deployment's image, and give it to Helm as a value. Spinnaker joins such values with commas, so a
/// user who may only change the image could set other values, too.
/// </summary>
public sealed partial class ImageTagTests
{
    [Theory]
    [InlineData("orders:v1", "v1")]
    [InlineData("registry.example.com:5000/team/orders:v1.2-rc_3", "v1.2-rc_3")]
    [InlineData("quay.io/team/orders@sha256:0123abcd", "sha256:0123abcd")]
    [InlineData("quay.io/team/orders:v1,phase=all", "v1")]
    [InlineData("quay.io/team/orders:v1,image.tag=v2:x", "v1")]
    [InlineData("quay.io/team/orders@sha256:0123abcd,extraManifests[0]={}", "sha256:0123abcd")]
    [InlineData("quay.io/team/orders:v1\n,phase=all\n", "v1")]
    public void Only_a_tag_or_a_digest_becomes_a_value(string image, string expected)
    {
        foreach (var name in new[] { PipelineFiles.Contract, PipelineFiles.Rollback })
        {
            var expressions = ImageExpression().Matches(File.ReadAllText(RepositoryRoot.Combine("spinnaker", "pipelines", $"{name}.json")));

            Assert.NotEmpty(expressions);
            Assert.All(expressions, e => Assert.Equal(
                expected,
                Replacement().Matches(e.Groups["steps"].Value).Aggregate(image, (text, step) => new Regex(step.Groups["pattern"].Value).Replace(text, "", 1))));
        }
    }

    [GeneratedRegex(@"boundArtifact\.reference(?<steps>(\.replaceFirst\('[^']*', ''\))+)")]
    private static partial Regex ImageExpression();

    [GeneratedRegex(@"\.replaceFirst\('(?<pattern>[^']*)', ''\)")]
    private static partial Regex Replacement();
}
