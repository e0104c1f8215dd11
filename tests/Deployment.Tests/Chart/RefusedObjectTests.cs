using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>Values with which the API server would refuse an object, or the kubelet a pod, are refused before the migration runs.</summary>
public sealed class RefusedObjectTests
{
    private const int Limit = 60_000;

    [Theory(Timeout = Limit)]
    [InlineData("app: {strategy: {rollingUpdate: {maxSurge: 0}}}", "app.strategy.rollingUpdate.maxSurge and app.strategy.rollingUpdate.maxUnavailable are both 0")]
    [InlineData("app: {strategy: {rollingUpdate: {maxSurge: 0%}}}", "are both 0")]
    [InlineData("app: {strategy: {rollingUpdate: {maxSurge: 50%, maxUnavailable: 101%}}}", "rollingUpdate")]
    [InlineData("app: {strategy: {type: Rolling}}", "strategy")]
    [InlineData("app: {minReadySeconds: 600}", "app.minReadySeconds (600) must be shorter than app.progressDeadlineSeconds (600)")]
    [InlineData("app: {terminationGracePeriodSeconds: 5}", "app.lifecycle.preStop.sleep.seconds (5) must be shorter than app.terminationGracePeriodSeconds (5)")]
    [InlineData("app: {livenessProbe: {exec: {command: [a]}, grpc: {port: 1}}}", "app.livenessProbe has the handlers exec and grpc")]
    [InlineData("app: {startupProbe: {periodSeconds: 5}}", "app.startupProbe has no handler")]
    [InlineData("image: {repository: ghcr.io/MyOrg/Orders}", "image.repository is \"ghcr.io/MyOrg/Orders\", which is not a valid image name")]
    [InlineData("image: {repository: registry.example.com/-orders}", "which is not a valid image name")]
    [InlineData("app: {extraContainers: [{name: a, image: 'Exporter:1'}]}", "the container a of the pod of app has the image \"Exporter:1\"")]
    [InlineData("migration: {initContainers: [{name: a}]}", "has the image \"\"")]
    [InlineData("migration: {annotations: {helm.sh/hook: post-install}}", "migration.annotations contains helm.sh/hook, which is reserved")]
    [InlineData("migration: {annotations: {helm.sh/resource-policy: keep}}", "migration.annotations contains helm.sh/resource-policy, which is reserved")]
    [InlineData("commonAnnotations: {argocd.argoproj.io/hook: Sync}", "commonAnnotations contains argocd.argoproj.io/hook, which is reserved")]
    [InlineData("app: {annotations: {argocd.argoproj.io/hook-delete-policy: HookSucceeded}}", "app.annotations contains argocd.argoproj.io/hook-delete-policy, which is reserved")]
    [InlineData("service: {annotations: {'a b': c}}", "service.annotations contains \"a b\", which cannot be the key of an annotation")]
    [InlineData("commonLabels: {team: 'shop and orders'}", "commonLabels.team is \"shop and orders\", which cannot be the value of a label")]
    [InlineData("app: {podLabels: {team: aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg}}", "app.podLabels.team is")]
    [InlineData("migration: {labels: {-a: b}}", "migration.labels contains \"-a\", which cannot be the key of a label")]
    [InlineData("nodeSelector: {'kubernetes.io/arch/x': b}", "nodeSelector contains \"kubernetes.io/arch/x\"")]
    [InlineData("database: {existingSecret: Orders_DB}", "database.existingSecret is \"Orders_DB\", which cannot be the name of a Kubernetes object")]
    [InlineData("migration: {scripts: {configMap: 'a b'}}", "migration.scripts.configMap is \"a b\"")]
    [InlineData("database: {keys: {url: 'a/b'}}", "database.keys.url is \"a/b\", which cannot be a key of a Secret")]
    [InlineData("priorityClassName: High", "priorityClassName is \"High\"")]
    [InlineData("app: {env: [{name: A, value: a}, {name: A, value: b}]}", "app.env contains the variable \"A\", which has an invalid name or is there twice")]
    [InlineData("gate: {env: [{name: 'A=B', value: a}]}", "gate.env contains the variable \"A=B\"")]
    [InlineData("migration: {env: [{name: A, value: a, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}", "migration.env sets both value and valueFrom of the variable A")]
    [InlineData("app: {extraVolumes: [{name: a, emptyDir: {}}, {name: a, emptyDir: {}}]}", "app.extraVolumes contains the volume a, but the pod already has")]
    [InlineData("migration: {scripts: {configMap: s}, extraVolumes: [{name: migrations, emptyDir: {}}]}", "migration.extraVolumes contains the volume migrations")]
    [InlineData("app: {extraVolumes: [{name: a_b, emptyDir: {}}]}", "app.extraVolumes contains the volume \"a_b\"")]
    [InlineData("app: {extraVolumeMounts: [{name: cache, mountPath: /c}]}", "app.extraVolumeMounts mounts the volume cache, which the pod does not have")]
    [InlineData("gate: {extraVolumeMounts: [{name: cache, mountPath: /c}]}", "gate.extraVolumeMounts mounts the volume cache, which the pod does not have. Add it to app.extraVolumes")]
    [InlineData("app: {extraVolumes: [{name: a, emptyDir: {}}], extraVolumeMounts: [{name: a, mountPath: /c}, {name: a, mountPath: /c}]}", "mounts two volumes at /c")]
    [InlineData("app: {initContainers: [{name: gate, image: a}]}", "two containers of the pod of app have the name gate")]
    [InlineData("app: {extraContainers: [{name: app, image: a}]}", "two containers of the pod of app have the name app")]
    [InlineData("app: {extraPorts: [{name: http, containerPort: 80}]}", "app.extraPorts contains the name \"http\"")]
    [InlineData("app: {extraPorts: [{name: a, containerPort: 70000}]}", "app.extraPorts contains the containerPort 70000")]
    [InlineData("service: {extraPorts: [{name: a, port: 80}]}", "service.extraPorts contains the port 80 with the name \"a\"")]
    [InlineData("service: {extraPorts: [{port: 81}]}", "service.extraPorts contains the port 81 with the name \"\"")]
    [InlineData("migration: {resources: {requests: {memory: 1Gi}}}", "migration.resources.requests.memory (1Gi) is greater than migration.resources.limits.memory (256Mi)")]
    [InlineData("app: {resources: {requests: {cpu: 1500m}, limits: {cpu: 1}}}", "app.resources.requests.cpu (1500m) is greater than app.resources.limits.cpu (1)")]
    [InlineData("gate: {resources: {limits: {memory: 256MB}}}", "gate.resources.limits.memory is \"256MB\", which is not a quantity")]
    [InlineData("ingress: {enabled: true, hosts: [{host: 'https://a.example.com'}]}", "ingress.hosts contains \"https://a.example.com\", which is not a host name")]
    [InlineData("httpRoute: {hostnames: [A.example.com]}", "httpRoute.hostnames contains \"A.example.com\"")]
    [InlineData("image: {tag: 'v1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}", "image.tag contains the digest sha256:e3b0")]
    public async Task The_message_names_the_value(string values, string message) =>
        Assert.All(await Rejection.OfAsync(values), m => Assert.Contains(message, m, StringComparison.Ordinal));

    [Theory(Timeout = Limit)]
    [InlineData("image: {repository: 'localhost:5000/a/b__c-d.e'}")]
    [InlineData("image: {repository: 'REGISTRY.example.com/orders'}")]
    [InlineData("app: {annotations: {helm.sh/resource-policy: keep, argocd.argoproj.io/sync-wave: '1'}}")]
    [InlineData("app: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}}")]
    [InlineData("app: {strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 25%}}}")]
    [InlineData("app: {strategy: {type: Recreate}}")]
    [InlineData("app: {resources: {requests: {cpu: 0.5, memory: 1G}, limits: {cpu: 500m, memory: 1Gi}}}")]
    [InlineData("app: {lifecycle: {preStop: {exec: {command: [sleep, '9']}}}}")]
    [InlineData("app: {lifecycle: null, terminationGracePeriodSeconds: 1}")]
    [InlineData("app: {env: [{name: a.b-c, value: ''}]}")]
    [InlineData("service: {extraPorts: [{name: dns, port: 80, protocol: UDP}]}")]
    [InlineData("ingress: {enabled: true, hosts: [{host: '*.example.com'}]}")]
    public async Task A_value_that_Kubernetes_accepts_is_accepted(string values) =>
        Assert.All((await Rendering.OfAsync(values)).Objects, KubernetesTypes.Check);

    [Theory(Timeout = Limit)]
    [InlineData(1_048_576, true)]
    [InlineData(1_048_577, false)]
    public async Task Inline_scripts_fit_into_a_config_map(int size, bool isAccepted)
    {
        var values = $"migration: {{scripts: {{inline: {{V1__a.sql: '{new string('x', size)}'}}}}}}";

        if (isAccepted)
        {
            await Rendering.OfAsync(values);
        }
        else
        {
            Assert.All(await Rejection.OfAsync(values), m => Assert.Contains("migration.scripts.inline contains 1048577 bytes", m, StringComparison.Ordinal));
        }
    }
}
