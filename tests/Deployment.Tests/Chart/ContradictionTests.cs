using Migrator.Deployment.Tests.Chart.Support;
using Xunit;

namespace Migrator.Deployment.Tests.Chart;

/// <summary>Values that contradict each other are rejected with a message that names them (for deadlines, see DeadlineTests).</summary>
public sealed class ContradictionTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("phase: migrate\nmigration: {enabled: false}", "phase is migrate", "migration.enabled is false")]
    [InlineData("phase: rollback\nmigration: {enabled: false}", "phase is rollback", "migration.enabled is false")]
    [InlineData("migration: {enabled: false, rollback: {enabled: true}}", "migration.rollback.enabled is true", "migration.enabled is false")]
    [InlineData("migration: {mode: job, rollback: {enabled: true, hook: pre-rollback}}", "migration.rollback.hook is pre-rollback", "migration.mode is job")]
    [InlineData("migration: {rollback: {dryRun: true, checkSchema: true}}", "migration.rollback.dryRun", "migration.rollback.checkSchema")]
    [InlineData("phase: deploy\napp: {enabled: false}", "phase is deploy", "app.enabled is false")]
    [InlineData("migration: {mode: job}\ngate: {enabled: false}", "migration.mode is job", "gate.enabled is false")]
    [InlineData("phase: contract\nmigration: {enabled: false, contract: {run: job}}", "phase is contract", "migration.enabled is false")]
    [InlineData("phase: contract", "phase is contract", "migration.contract.run is never")]
    [InlineData("migration: {contract: {run: job}}\ngate: {enabled: false}", "migration.contract.run is job", "gate.enabled is false")]
    [InlineData("migration: {contract: {run: manual}}\ngate: {enabled: false}", "migration.contract.run is manual", "gate.enabled is false")]
    [InlineData("migration: {contract: {run: job}}\napp: {enabled: false}", "no pods to wait for", "migration.contract.afterRollout")]
    [InlineData("migration: {contract: {run: job, afterRollout: []}}", "no pods to wait for", "migration.contract.afterPods")]
    [InlineData("migration: {contract: {run: job}}\nimage: {tag: latest}", "migration.contract.run is job", "image.tag is latest")]
    [InlineData("migration: {contract: {run: manual}, image: {repository: migrator, tag: v1}}\nimage: {tag: latest}", "migration.contract.run is manual", "but image.tag is latest")]
    [InlineData("migration: {contract: {run: manual, afterPods: [app=d]}, image: {repository: migrator, tag: latest}}\napp: {enabled: false}", "migration.contract.run is manual", "migration.image.tag is latest")]
    [InlineData("migration: {contract: {run: job, timeout: 2m}}", "migration.lockWait (150s)", "migration.contract.timeout (2m)")]
    [InlineData("migration: {contract: {run: job}}\nserviceAccount: {create: true, name: orders-contract}", "serviceAccount.name is orders-contract", "the Job's own copy")]
    [InlineData("database: {url: 'postgres://a@b/c'}", "database.existingSecret", "database.url")]
    [InlineData("database: {existingSecret: ''}", "no database connection is set", "database.existingSecret")]
    [InlineData("database: {existingSecret: ''}\nmigration: {database: {existingSecret: owner}}", "gate.enabled is true", "gate.database.existingSecret")]
    [InlineData("database: {existingSecret: ''}\nphase: deploy\nmigration: {enabled: false}", "gate.enabled is true", "database.existingSecret")]
    [InlineData("database: {existingSecret: '', url: 'postgres://a@b/c', keys: {url: ''}}", "database.url is set", "database.keys.url is empty")]
    [InlineData("database: {host: db, keys: {host: host}}", "database.host", "database.keys.host")]
    [InlineData("database: {user: a, keys: {user: user}}", "database.user", "database.keys.user")]
    [InlineData("database: {rootCertificate: {configMap: a, secret: b}}", "rootCertificate.configMap", "rootCertificate.secret")]
    [InlineData("migration: {scripts: {configMap: a, inline: {V1__a.sql: SELECT 1}}}", "scripts.configMap", "scripts.inline")]
    [InlineData("migration: {dir: '', scripts: {configMap: a}}", "migration.dir is empty", "migration.scripts")]
    [InlineData("migration: {image: {tag: v1}}", "migration.image.tag", "migration.image.repository")]
    [InlineData("database: {existingSecret: '{{ .Values.global.secret }}'}", "existingSecret is {{ .Values.global.secret }}", "renders to an empty name")]
    [InlineData("database: {keys: {url: ''}}", "database.existingSecret is set", "database.keys")]
    [InlineData("gate: {database: {existingSecret: reader, keys: {url: ''}}}", "gate.database.existingSecret is set", "gate.database.keys")]
    [InlineData("serviceAccount: {create: true, name: orders-migrate}", "serviceAccount.name is orders-migrate", "the Job's own copy")]
    [InlineData("podDisruptionBudget: {minAvailable: 0, maxUnavailable: 1}", "minAvailable", "maxUnavailable")]
    [InlineData("autoscaling: {enabled: true, minReplicas: 6}", "autoscaling.minReplicas (6)", "autoscaling.maxReplicas (5)")]
    [InlineData("autoscaling: {enabled: true, targetCPUUtilizationPercentage: null}", "targetCPUUtilizationPercentage", "autoscaling.metrics")]
    [InlineData("service: {nodePort: 30080}", "service.nodePort is 30080", "service.type is ClusterIP")]
    [InlineData("ingress: {enabled: true}", "ingress.enabled is true", "ingress.hosts is empty")]
    [InlineData("httpRoute: {enabled: true}", "httpRoute.enabled is true", "httpRoute.parentRefs is empty")]
    [InlineData("ingress: {enabled: true, hosts: [{host: a}]}\nservice: {enabled: false}", "ingress.enabled", "service.enabled")]
    [InlineData("httpRoute: {enabled: true, parentRefs: [{name: a}]}\nservice: {enabled: false}", "httpRoute.enabled", "service.enabled")]
    public async Task The_message_names_both_contradicting_values(string values, string first, string second)
    {
        var messages = await Rejection.OfAsync(values);

        Assert.All(messages, m => Assert.Contains(first, m, StringComparison.Ordinal));
        Assert.All(messages, m => Assert.Contains(second, m, StringComparison.Ordinal));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("database: {existingSecret: ''}\nmigration: {envFrom: [{secretRef: {name: a}}]}\ngate: {envFrom: [{secretRef: {name: a}}]}")]
    [InlineData("database: {existingSecret: '', host: db}")]
    [InlineData("database: {existingSecret: ''}\nmigration: {database: {existingSecret: owner}}\ngate: {database: {existingSecret: reader}}")]
    [InlineData("database: {existingSecret: ''}\nphase: migrate\nmigration: {database: {existingSecret: owner}}")]
    [InlineData("database: {existingSecret: ''}\nphase: deploy\nmigration: {enabled: false}\ngate: {enabled: false}")]
    [InlineData("podDisruptionBudget: {enabled: true, minAvailable: 0}")]
    [InlineData("migration: {enabled: false}")]
    [InlineData("migration: {contract: {run: job, afterPods: [app=reports]}}\napp: {enabled: false}")]
    [InlineData("migration: {contract: {run: manual}}\napp: {enabled: false}")]
    public async Task Values_without_a_contradiction_are_accepted(string values) =>
        Assert.All((await Rendering.OfAsync(values)).Objects, KubernetesTypes.Check);
}
