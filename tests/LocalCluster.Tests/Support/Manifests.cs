namespace Migrator.LocalCluster.Tests.Support;

/// <summary>Creates YAML manifests.</summary>
internal static class Manifests
{
    /// <summary>Creates a Job whose container <c>main</c> runs a line of shell.</summary>
    /// <param name="name">The Job's name.</param>
    /// <param name="script">The line. It must not contain an apostrophe.</param>
    /// <param name="spec">Additional lines of the Job's spec.</param>
    /// <param name="pod">Additional lines of the pod's spec.</param>
    /// <param name="container">Additional lines of the container.</param>
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

    /// <summary>Creates a Pod whose container <c>main</c> runs a line of shell.</summary>
    public static string Pod(string name, string script, string pod = "restartPolicy: Never", string container = "") => $"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {name}
        {PodTemplate(script, pod, container)}

        """;

    /// <summary>Creates a Deployment whose container <c>main</c> runs a line of shell.</summary>
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
