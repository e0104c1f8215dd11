using System.CommandLine;
using System.CommandLine.Parsing;
using Migrator.EndToEnd;
using Migrator.Tooling;

namespace Migrator.Rehearsal.Cli;

/// <summary>Defines the command line.</summary>
internal static class RehearseCommand
{
    public static RootCommand Create()
    {
        var pipelines = new Argument<string[]>("pipeline")
        {
            Description = "JSON files of pipelines, as Spinnaker stores them. All are saved, so one pipeline can start another.",
            Arity = ArgumentArity.OneOrMore,
        };
        var templates = new Option<string[]>("--template") { HelpName = "FILE", Description = "A template (schema v2) that one of the pipelines configures." };
        var tags = new Option<string[]>("--tag")
        {
            HelpName = "TAG",
            Description = "A tag to push. Repeat the option to push several tags in order. On the local cluster, the first tag is v1 of the sample service, the second v2, and so on up to its last version. Default: v1, or none if --start is given.",
        };
        var start = new Option<string?>("--start")
        {
            HelpName = "PIPELINE",
            Description = "The name of a pipeline to start manually after all tags. If it has a docker trigger, it starts with the last tag.",
        };
        var parameters = Pairs("--parameter", "NAME=VALUE", "A parameter of the pipeline that --start names.");
        var overrides = Pairs("--set", "NAME=VALUE", "An override to add to each bake.");
        var artifacts = Pairs("--artifact", "ID=PATH", "The local file or folder to use as an expected artifact. Default: chart=chart, values=samples/Demo/values.yaml.");
        var secret = new Option<string>("--database-secret")
        {
            HelpName = "NAME",
            Description = "On the local cluster: the name of the Secret to create. Its key url contains the database's URL.",
            DefaultValueFactory = _ => E2ENamespace.DatabaseSecret,
        };
        var duplicates = new Option<bool>("--fail-third")
        {
            Description = "On the local cluster: make the migration of the third tag fail, by adding two customers with the same email address.",
        };
        var racing = new Option<bool>("--racing")
        {
            Description = "All tags arrive in one poll, and their executions start in any order and at the same time, in spite of limitConcurrent. Orca does this if it stores executions in Redis.",
        };
        var stop = new Option<bool>("--stop-at-judgment") { Description = "Answer manual judgments with stop. Default: continue." };
        var check = new Option<bool>("--check") { Description = "Check the pipelines without running them. A warning does not change the exit code." };
        var kubeconfig = new Option<string?>("--kubeconfig")
        {
            HelpName = "FILE",
            Description = "Run on this cluster instead of the local one. Its namespaces, Secrets and images must exist.",
        };
        var context = new Option<string?>("--context") { HelpName = "NAME", Description = "The kubeconfig context to use. Default: the current context." };
        var command = new RootCommand(
            "Checks Spinnaker pipelines and runs them by Spinnaker's rules with the real helm and kubectl, on a local cluster "
            + "with a PostgreSQL and the sample service. Exit codes: 0 all executions succeeded, 1 an execution did not succeed, "
            + "2 a pipeline or the command line is invalid.")
        {
            pipelines, templates, tags, start, parameters, overrides, artifacts, secret, duplicates, racing, stop, check, kubeconfig, context,
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
                IsRacing = parsed.GetValue(racing),
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
        CustomParser = result => Parse(result, form),
        DefaultValueFactory = _ => [],
    };

    private static Dictionary<string, string> Parse(ArgumentResult result, string form)
    {
        Dictionary<string, string> pairs = [];
        foreach (var token in result.Tokens.Select(t => t.Value))
        {
            var cut = token.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
            {
                result.AddError($"'{token}' is not of the form {form}.");
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
