"""Each kind of statement, and who judges it. A kind that is named nowhere is refused by name."""

from collections.abc import Callable

from bluegreen.core.migrations.scene import Scene
from bluegreen.core.migrations.statements import altering, objects, privileges, relations, routines, row_changes
from bluegreen.core.migrations.statements.objects import has_option
from bluegreen.core.migrations.tree import Node, only

Judge = Callable[[Scene, Node], None]

_JUDGES: dict[str, Judge] = {
    "AlterTableStmt": altering.alter_table,
    "CreateStmt": relations.table,
    "CreateForeignTableStmt": relations.foreign_table,
    "CreateTableAsStmt": relations.table_from_query,
    "ViewStmt": relations.view,
    "IndexStmt": relations.index,
    "CreateSeqStmt": relations.sequence,
    "CreateSchemaStmt": relations.schema,
    "CreateEnumStmt": relations.enum,
    "CreateRangeStmt": relations.enum,
    "CompositeTypeStmt": relations.composite,
    "CreateDomainStmt": relations.domain,
    "CreateExtensionStmt": relations.extension,
    "DefineStmt": relations.definition,
    "CreateCastStmt": relations.cast,
    "CreatePLangStmt": relations.replaceable,
    "CreateTransformStmt": relations.replaceable,
    "DropStmt": objects.drop,
    "RenameStmt": objects.rename,
    "AlterObjectSchemaStmt": objects.move,
    "AlterOwnerStmt": objects.owner,
    "AlterEnumStmt": objects.alter_enum,
    "AlterDomainStmt": objects.alter_domain,
    "AlterSeqStmt": objects.alter_sequence,
    "AlterTableMoveAllStmt": objects.all_in_tablespace,
    "AlterExtensionStmt": objects.alter_other,
    "AlterExtensionContentsStmt": objects.alter_other,
    "AlterFdwStmt": objects.alter_other,
    "AlterForeignServerStmt": objects.alter_other,
    "AlterUserMappingStmt": objects.alter_other,
    "DropUserMappingStmt": objects.alter_other,
    "AlterTSDictionaryStmt": objects.alter_other,
    "AlterTSConfigurationStmt": objects.alter_other,
    "AlterOperatorStmt": objects.alter_other,
    "AlterTypeStmt": objects.alter_other,
    "AlterOpFamilyStmt": objects.alter_other,
    "AlterCollationStmt": objects.alter_other,
    "GrantStmt": privileges.grant,
    "GrantRoleStmt": privileges.grant_role,
    "AlterDefaultPrivilegesStmt": privileges.default_privileges,
    "CreateRoleStmt": privileges.create_role,
    "AlterRoleStmt": privileges.alter_role,
    "AlterRoleSetStmt": privileges.alter_role,
    "DropRoleStmt": privileges.drop_role,
    "DropOwnedStmt": privileges.drop_role,
    "ReassignOwnedStmt": privileges.drop_role,
    "CreatePolicyStmt": privileges.policy,
    "AlterPolicyStmt": privileges.policy,
    "RuleStmt": privileges.rule,
    "CreateEventTrigStmt": privileges.event_trigger,
    "AlterEventTrigStmt": privileges.event_trigger,
    "CreatePublicationStmt": privileges.replication,
    "AlterPublicationStmt": privileges.replication,
    "CreateSubscriptionStmt": privileges.replication,
    "AlterSubscriptionStmt": privileges.replication,
    "DropSubscriptionStmt": privileges.replication,
    "AlterSystemStmt": privileges.server,
    "AlterDatabaseStmt": privileges.server,
    "AlterDatabaseSetStmt": privileges.server,
    "AlterDatabaseRefreshCollStmt": privileges.server,
    "DropdbStmt": privileges.server,
    "DropTableSpaceStmt": privileges.server,
    "AlterTableSpaceOptionsStmt": privileges.server,
    "VariableSetStmt": privileges.variable,
    "DiscardStmt": privileges.discard,
    "CreateFunctionStmt": routines.create,
    "AlterFunctionStmt": routines.alter,
    "CreateTrigStmt": routines.trigger,
    "DoStmt": routines.do,
    "CallStmt": routines.called,
    "TruncateStmt": row_changes.truncate,
    "CopyStmt": row_changes.copy,
    "LockStmt": row_changes.lock,
    "VacuumStmt": row_changes.vacuum,
    "ClusterStmt": row_changes.cluster,
    "ReindexStmt": row_changes.reindex,
    "RefreshMatViewStmt": row_changes.refresh,
    "TransactionStmt": row_changes.transaction,
}
_ROWS = {"SelectStmt", "UpdateStmt", "DeleteStmt", "InsertStmt", "MergeStmt"}
# What nobody else sees, or what only adds something beside what is there.
_FINE = {
    "CommentStmt",
    "VariableShowStmt",
    "CheckPointStmt",
    "ListenStmt",
    "NotifyStmt",
    "UnlistenStmt",
    "ConstraintsSetStmt",
    "ClosePortalStmt",
    "FetchStmt",
    "DeallocateStmt",
    "CreateStatsStmt",
    "AlterStatsStmt",
    "CreateOpClassStmt",
    "CreateOpFamilyStmt",
    "CreateConversionStmt",
    "CreateForeignServerStmt",
    "CreateFdwStmt",
    "CreateUserMappingStmt",
    "ImportForeignSchemaStmt",
    "CreateTableSpaceStmt",
    "CreateAmStmt",
    "CreatedbStmt",
    "AlterObjectDependsStmt",
}


def judge(scene: Scene, node: Node) -> None:
    """One statement, and those that it holds."""
    kind, body = only(node)
    if kind in _ROWS:
        row_changes.change(scene, kind, body)
    elif kind in _JUDGES:
        _JUDGES[kind](scene, body)
    elif kind in {"PrepareStmt", "DeclareCursorStmt"}:
        judge(scene, body["query"])
    elif kind == "ExplainStmt":
        if has_option(body, "analyze"):
            judge(scene, body["query"])
    elif kind == "ExecuteStmt":  # what it stands for was judged where it was prepared
        if not scene.new("prepared", body["name"]):
            objects.unknown(scene, kind)
    elif kind not in _FINE:
        objects.unknown(scene, kind)
    if kind == "PrepareStmt":
        scene.make("prepared", body["name"])
