using System.Text.Json.Nodes;
using Migrator.LocalCluster.Patching;
using Migrator.LocalCluster.Schema;
using Xunit;

namespace Migrator.LocalCluster.Tests.Patching;

public sealed class StrategicMergePatchSpecs
{
    private const string Two = """[{"name":"a","image":"a:1","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]},{"name":"b","image":"b:1"}]""";

    [Theory(Timeout = 10_000)]
    // Containers and their environment variables are merged by name.
    [InlineData(
        """{"containers":[{"name":"a","env":[{"name":"X","value":"9"}]}]}""",
        """{"containers":[{"name":"a","image":"a:1","env":[{"name":"X","value":"9"},{"name":"Y","value":"2"}]},{"name":"b","image":"b:1"}]}""")]
    [InlineData(
        """{"containers":[{"name":"c","image":"c:1"}],"$setElementOrder/containers":[{"name":"c"},{"name":"a"},{"name":"b"}]}""",
        """{"containers":[{"name":"c","image":"c:1"},{"name":"a","image":"a:1","env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}]},{"name":"b","image":"b:1"}]}""")]
    [InlineData(
        """{"containers":[{"$patch":"delete","name":"a"}]}""",
        """{"containers":[{"name":"b","image":"b:1"}]}""")]
    [InlineData(
        """{"containers":[{"$patch":"replace"},{"name":"z","image":"z:1"}]}""",
        """{"containers":[{"name":"z","image":"z:1"}]}""")]
    [InlineData(
        """{"containers":[{"name":"a","env":null},{"name":"b","args":["--x"]}]}""",
        """{"containers":[{"name":"a","image":"a:1"},{"name":"b","image":"b:1","args":["--x"]}]}""")]
    public void Lists_are_merged_by_their_keys(string patch, string result) =>
        AssertPatched($$"""{"containers":{{Two}}}""", patch, result);

    [Theory(Timeout = 10_000)]
    // Tolerations and arguments have no key, so the patch's list replaces the list.
    [InlineData("""{"tolerations":[{"key":"a"}]}""", """{"tolerations":[{"key":"b"}]}""", """{"tolerations":[{"key":"b"}]}""")]
    // The volume's old source is removed, because $retainKeys lists only the new one.
    [InlineData(
        """{"volumes":[{"name":"v","emptyDir":{}}]}""",
        """{"volumes":[{"$retainKeys":["name","secret"],"name":"v","secret":{"secretName":"s"}}]}""",
        """{"volumes":[{"name":"v","secret":{"secretName":"s"}}]}""")]
    [InlineData(
        """{"containers":[{"name":"a","ports":[{"containerPort":80},{"containerPort":81}]}]}""",
        """{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"http"}]}]}""",
        """{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"http"},{"containerPort":81}]}]}""")]
    public void Other_lists_are_merged_according_to_their_types(string before, string patch, string result) => AssertPatched(
        before, patch, result);

    private static void AssertPatched(string before, string patch, string result)
    {
        var patched = StrategicMergePatch.Apply(
            JsonNode.Parse(before)!.AsObject(), JsonNode.Parse(patch)!.AsObject(), TypeCatalog.Instance.Find(
                "PodSpec"));
        Assert.Equal(JsonNode.Parse(result)!.ToJsonString(), patched.ToJsonString());
    }
}
