using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Rehearsal.Cli;

/// <summary>The command line.</summary>
internal static class RehearseCommand
{
    public static RootCommand Make()
    {
        var pipelines = new Argument<string[]>("pipeline")
        {
            Description = "Pipelines as JSON, as Spinnaker stores them. All are saved, so that one can start another.",
            Arity = ArgumentArity.OneOrMore,
        };
        var templates = new Option<string[]>("--template") { HelpName = "FILE", Description = "A template (schema v2) of which a pipeline is a configuration." };
        var tags = new Option<string[]>("--tag")
        {
            HelpName = "TAG",
            Description = "A tag that is pushed; several come one after the other. On the stand-in the first is the sample service's v1, the second v2, the third v3. Default v1, unless --start is given.",
        };
        var start = new Option<string?>("--start")
        {
            HelpName = "PIPELINE",
            Description = "Name of a pipeline that is started by hand at the end; one with a docker trigger with the last of the tags.",
        };
        var parameters = Pairs("--parameter", "NAME=VALUE", "Of the pipeline that --start starts.");
        var overrides = Pairs("--set", "NAME=VALUE", "Added to the overrides of each bake.");
        var artifacts = Pairs("--artifact", "ID=PATH", "The file or folder that stands for an expected artifact. Default chart=chart, values=samples/Demo/values.yaml.");
        var secret = new Option<string>("--database-secret")
        {
            HelpName = "NAME",
            Description = "On the stand-in: the Secret with the database's address under the key url.",
            DefaultValueFactory = _ => E2ENamespace.DatabaseSecret,
        };
        var duplicates = new Option<bool>("--fail-third")
        {
            Description = "On the stand-in: give two customers one address before the third tag, so that its migration fails.",
        };
        var stop = new Option<bool>("--stop-at-judgment") { Description = "Answer manual judgments with stop; otherwise with continue." };
        var check = new Option<bool>("--check") { Description = "Only check the pipelines, and run nothing." };
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            HelpName = "FILE",
            Description = "Rehearse on this cluster, with what is there and its own images, in place of the stand-in.",
        };
        var context = new Option<string?>("--context") { HelpName = "NAME", Description = "The context in it." };
        var command = new RootCommand(
            "Checks Spinnaker pipelines and rehearses them by Spinnaker's rules, with the real helm and kubectl, on a stand-in "
            + "for a cluster with a PostgreSQL and the sample service. Exit code: 0 all succeeded, 1 one did not, 2 a pipeline "
            + "or the command line is wrong.")
        {
            pipelines, templates, tags, start, parameters, overrides, artifacts, secret, duplicates, stop, check, kubeconfig, context,
        };
        command.SetAction((parsed, cancellationToken) => RehearsalRun.RunAsync(
            new Settings
            {
                Pipelines = parsed.GetValue(pipelines)!,
                Templates = parsed.GetValue(templates) ?? [],
                Tags = parsed.GetValue(tags) is { Length: > 0 } given ? given : parsed.GetValue(start) is null ? ["v1"] : [],
                Start = parsed.GetValue(start),
                Parameters = parsed.GetValue(parameters)!,
                Overrides = parsed.GetValue(overrides)!,
                Artifacts = WithDefaults(parsed.GetValue(artifacts)!),
                DatabaseSecret = parsed.GetValue(secret)!,
                FailsThird = parsed.GetValue(duplicates),
                StopsAtJudgment = parsed.GetValue(stop),
                ChecksOnly = parsed.GetValue(check),
                Kubeconfig = parsed.GetValue(kubeconfig),
                Context = parsed.GetValue(context),
            },
            cancellationToken));
        return command;
    }

    private static Option<Dictionary<string, string>> Pairs(string name, string form, string description) => new(name)
    {
        HelpName = form,
        Description = description,
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = Parse,
        DefaultValueFactory = _ => [],
    };

    private static Dictionary<string, string> Parse(ArgumentResult result)
    {
        Dictionary<string, string> pairs = [];
        foreach (var token in result.Tokens.Select(t => t.Value))
        {
            var cut = token.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
            {
                result.AddError($"'{token}' is no NAME=VALUE.");
                return pairs;
            }

            pairs[token[..cut]] = token[(cut + 1)..];
        }

        return pairs;
    }

    private static Dictionary<string, string> WithDefaults(Dictionary<string, string> given)
    {
        given.TryAdd("chart", RepositoryRoot.Combine("chart"));
        given.TryAdd("values", RepositoryRoot.Combine("samples", "Demo", "values.yaml"));
        return given;
    }
}
