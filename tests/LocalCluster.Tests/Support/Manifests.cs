namespace Migrator.LocalCluster.Tests.Support;

/// <summary>Manifests in YAML.</summary>
internal static class Manifests
{
    /// <summary>A Job with one container <c>main</c> that runs a line of shell.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="script">The line; it must not hold an apostrophe.</param>
    /// <param name="spec">More of the Job's spec, a line per item.</param>
    /// <param name="pod">More of the pod's spec, a line per item.</param>
    /// <param name="container">More of the container, a line per item.</param>
    public static string Job(
        string name,
        string script,
        string spec = "backoffLimit: 0",
        string pod = "restartPolicy: Never",
        string container = "") => $"""
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {name}
        spec:
        {Indent(2, spec)}
          template:
        {Indent(4, PodTemplate(script, pod, container))}

        """;

    /// <summary>A Pod with one container <c>main</c> that runs a line of shell.</summary>
    public static string Pod(string name, string script, string pod = "restartPolicy: Never", string container = "") => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {name}
        {PodTemplate(script, pod, container)}

        """;

    /// <summary>A Deployment with one container <c>main</c> that runs a line of shell.</summary>
    public static string Deployment(
        string name,
        string script,
        string spec = "replicas: 1",
        string pod = "terminationGracePeriodSeconds: 1",
        string container = "") => $"""
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {name}
        spec:
        {Indent(2, spec)}
          selector:
            matchLabels:
              app: {name}
          template:
            metadata:
              labels:
                app: {name}
        {Indent(4, PodTemplate(script, pod, container))}

        """;

    public static string ConfigMap(string name, string label) => $"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: {name}
          labels:
            {label}

        """;

    private static string PodTemplate(string script, string pod, string container) => $"""
        spec:
        {Indent(2, pod)}
          containers:
          - name: main
            image: tool:1
            command: [sh, -c, '{script}']
        {Indent(4, container)}
        """;

    private static string Indent(int count, string text) =>
        string.Join('\n', text.Split('\n').Select(line => new string(' ', count) + line));
}
