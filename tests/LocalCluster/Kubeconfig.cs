namespace Migrator.LocalCluster;

/// <summary>Creates the kubeconfig file for clients.</summary>
internal static class Kubeconfig
{
    public static string For(Uri address) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: local
          cluster:
            server: {address}
        users:
        - name: local
          user: {"{}"}
        contexts:
        - name: local
          context:
            cluster: local
            user: local
            namespace: default
        current-context: local

        """;
}
