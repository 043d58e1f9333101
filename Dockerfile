# This project in Airflow's own image. Build: docker build -t listrak-source-for-segment .
FROM apache/airflow:3.3.2-python3.12

COPY --chown=airflow:root requirements.txt /opt/airflow/requirements.txt
# Airflow's version is repeated, so that pip cannot move it.
RUN pip install --no-cache-dir "apache-airflow==${AIRFLOW_VERSION}" -r /opt/airflow/requirements.txt

COPY --chown=airflow:root dags /opt/airflow/dags
COPY --chown=airflow:root plugins /opt/airflow/plugins
COPY --chown=airflow:root include /opt/airflow/include

# The image's own user `airflow`, by number: a cluster can then see that it is not root.
USER 50000:0
