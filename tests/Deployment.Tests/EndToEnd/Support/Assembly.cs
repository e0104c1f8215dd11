using Migrator.Deployment.Tests.EndToEnd.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedCluster))]
